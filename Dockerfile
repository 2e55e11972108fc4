# The portal's own image: web, worker, beat and the one-off migration are four commands of it.
FROM node:24-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

FROM python:3.11-slim-bookworm
ENV LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=portal.settings
WORKDIR /srv/portal
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes --no-deps -r requirements.txt
COPY . .
COPY --from=assets /build/node_modules /tmp/node_modules
# Messages and static files belong to the image; the key is only there because settings ask for one. The user has the
# number that nginx has in its own image: it may send the attachments, which only their owner reads.
RUN python -c "from pathlib import Path; from scripts.launcher import assets; assets.copy(Path('/tmp/node_modules'), Path('var/vendor'))" \
    && PORTAL_SECRET_KEY=only-while-the-image-is-built-0123456789-0123456789 python scripts/prepare.py 3 messages collectstatic 3>&1 \
    && rm -rf /tmp/node_modules \
    && useradd --system --uid 101 --home-dir /srv/portal --shell /usr/sbin/nologin portal \
    && mkdir -p var/attachments var/beat \
    && chown -R portal var/attachments var/beat
USER portal
EXPOSE 8000
CMD ["gunicorn", "portal.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "3", "--threads", "4", "--timeout", "60", "--graceful-timeout", "20", "--max-requests", "20000", "--max-requests-jitter", "2000", "--keep-alive", "75", "--limit-request-line", "8190", "--preload", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
