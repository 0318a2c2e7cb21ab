"""Where the data stand: settings, database, migrations, roles."""
