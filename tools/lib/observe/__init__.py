"""Tools for operators, and their tests: status, dead letters, metrics, alarms, the dashboard and traces."""
