"""For AI tools, where the company has turned them on: the library as text, and the MCP endpoint."""
