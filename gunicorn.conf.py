"""Read by gunicorn when it is started in this folder."""

logger_class = "config.access_log.AccessLog"
timeout = 30  # seconds until a worker that says nothing is ended; ways.trying.LONGEST stays below it
