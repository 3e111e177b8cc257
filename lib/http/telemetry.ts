import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** What a process with an HTTP server tells Prometheus. */
export interface HttpTelemetry {
  readonly registry: Registry;
  /** @param seconds from the request's arrival to its answer */
  httpAnswered(route: string, method: string, status: number, seconds: number): void;
  /** An error in a GraphQL answer. */
  graphqlError(code: unknown): void;
}

export function createHttpTelemetry(): HttpTelemetry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const http = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'HTTP requests by route, method and status.',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const errors = new Counter({
    name: 'graphql_errors_total',
    help: 'Errors in GraphQL answers by code.',
    labelNames: ['code'],
    registers: [registry],
  });
  return {
    registry,
    httpAnswered: (route, method, status, seconds) => http.labels(route, method, String(status)).observe(seconds),
    graphqlError: (code) => errors.labels(String(code)).inc(),
  };
}
