import type { ApolloServerPlugin } from '@apollo/server';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { GatewayContext } from './data-source/in-process.ts';

/** What a gateway process tells Prometheus. */
export interface Telemetry {
  readonly registry: Registry;
  /** @param seconds from the request's arrival to its answer */
  httpAnswered(route: string, method: string, status: number, seconds: number): void;
  readonly plugin: ApolloServerPlugin<GatewayContext>;
}

export function createTelemetry(): Telemetry {
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
    plugin: {
      async requestDidStart() {
        return {
          async willSendResponse({ response }) {
            if (response.body.kind !== 'single') return;
            for (const error of response.body.singleResult.errors ?? [])
              errors.labels(String(error.extensions?.code)).inc();
          },
        };
      },
    },
  };
}
