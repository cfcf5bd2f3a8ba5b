"""Marketing's tables: its page types."""

from hammock.departments.marketing.pages import BlogPage, ContentPage, HomePage, PostPage

__all__ = ["BlogPage", "ContentPage", "HomePage", "PostPage"]
