"""Tools for operators: status, dead letters, metrics, alarms, the dashboard, traces; and what checks them."""
