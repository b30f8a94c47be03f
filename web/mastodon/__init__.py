"""The client API of Mastodon: what apps on phones and in browsers speak."""
