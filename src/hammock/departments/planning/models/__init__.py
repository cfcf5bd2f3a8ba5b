"""What planning keeps, in a file each."""
