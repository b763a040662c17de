# One image for web, worker, beat and migrations; docker-compose.yml says what each runs.

FROM node:24-slim AS assets
WORKDIR /assets
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.13-slim AS packages
COPY requirements.txt ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.13-slim
ENV PATH="/venv/bin:$PATH" PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
RUN useradd --system --uid 10001 --home-dir /var/lib/relance --create-home relance \
    && install --directory --owner=relance /var/lib/relance/media /var/lib/relance/beat /var/lib/relance/fence
WORKDIR /relance
COPY --from=packages /venv /venv
COPY --from=assets /assets/node_modules ./node_modules
COPY . .
# Neither step connects anywhere; the two settings only have to be there.
RUN ops/compile-messages python \
    && RELANCE_SECRET_KEY=unused-while-building DATABASE_URL=postgres://unused/unused python manage.py collectstatic --noinput
USER relance
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind=0.0.0.0:8000", "--workers=2", "--worker-class=gthread", "--threads=4", "--worker-tmp-dir=/dev/shm", "--no-control-socket", "--access-logfile=-"]
