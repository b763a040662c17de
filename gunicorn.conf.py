"""Read by gunicorn when it is started in this folder."""

logger_class = "config.access_log.AccessLog"
