"""Between the domain and the wire: sessions and Events, people and Persons, companies and their actors."""
