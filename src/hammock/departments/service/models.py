"""Service's tables: its page types."""

from hammock.departments.service.pages import ArticlePage, HelpPage

__all__ = ["ArticlePage", "HelpPage"]
