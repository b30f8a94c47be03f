"""Where the sign-in with the company's provider lives."""

START = "/sign-in/company"
BACK = "/sign-in/company/back"
