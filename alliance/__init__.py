"""The domain of a peer-learning alliance: companies, people and the sessions they offer each other."""
