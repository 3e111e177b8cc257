import type { ApolloServerPlugin } from '@apollo/server';
import type { HttpTelemetry } from '#lib/http/telemetry.ts';
import type { GatewayContext } from './data-source/in-process.ts';

/** Counts the errors in the gateway's answers. */
export function countErrors(telemetry: HttpTelemetry): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response }) {
          if (response.body.kind !== 'single') return;
          for (const error of response.body.singleResult.errors ?? []) telemetry.graphqlError(error.extensions?.code);
        },
      };
    },
  };
}
