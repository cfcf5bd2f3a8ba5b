"""Time away and the team's rhythm: absences, emergencies, procedures, commitments, circles."""
