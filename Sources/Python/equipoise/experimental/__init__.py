"""Names of Fairlearn's module of this name, so that its imports need no other change."""
