# The HTTP service. `docker-compose.yml` runs it beside Neo4j.
FROM python:3.11-slim

WORKDIR /opt/differentia
COPY requirements/base.txt requirements/vision.txt requirements/neo4j.txt requirements/
RUN pip install --no-cache-dir -r requirements/vision.txt -r requirements/neo4j.txt

COPY . .
RUN pip install --no-cache-dir --no-deps --editable . \
    && useradd --system --uid 10001 --home-dir /var/lib/differentia --create-home differentia

USER differentia
ENV DIFFERENTIA_HOME=/var/lib/differentia
VOLUME /var/lib/differentia
EXPOSE 8350
CMD ["differentia", "serve", "--host", "0.0.0.0"]
