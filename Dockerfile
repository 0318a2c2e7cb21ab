# One image for every Orientir process of the deployment: Airflow's components, workers and commands.
FROM python:3.11-slim-bookworm AS build
COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /usr/local/bin/uv
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /opt/orientir
COPY pyproject.toml uv.lock README.md ./
RUN uv sync --frozen --no-dev --group deploy --no-install-project
COPY . .
RUN uv sync --frozen --no-dev --group deploy

FROM python:3.11-slim-bookworm
RUN useradd --create-home --uid 10001 orientir \
    && mkdir -p /var/lib/orientir \
    && chown orientir:orientir /var/lib/orientir
COPY --from=build /opt/orientir /opt/orientir
WORKDIR /opt/orientir
USER orientir
ENV PATH=/opt/orientir/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ORIENTIR_VAR_DIR=/var/lib/orientir \
    AIRFLOW_HOME=/var/lib/orientir/airflow \
    DO_NOT_TRACK=1 \
    DBT_SEND_ANONYMOUS_USAGE_STATS=false
VOLUME /var/lib/orientir
CMD ["orientir", "--help"]
