"""Templates and static files of the page and of the HTML report."""
