import { isIP } from 'node:net';
import { z } from 'zod';
import {
  PRIVATE_SERVICE_KEY,
  type PrivateServiceKey,
  PUBLIC_SERVICE_KEY,
  type PublicServiceKey,
} from './auth/service-key.ts';
import { TRUSTED_ISSUERS, type TrustedIssuer } from './auth/trusted-issuer.ts';
import { DEFAULT_PORTS, type ServiceName, SUBGRAPHS, type SubgraphName } from './service-name.ts';

/** Exit code of a process that was configured wrongly (sysexits.h, EX_CONFIG). */
export const EXIT_CONFIG = 78;

const port = z.coerce
  .number({ error: 'must be a port number' })
  .int('must be a port number')
  .min(0, 'must be a port number')
  .max(65_535, 'must be a port number');
const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .transform((url) => url.replace(/\/+$/, ''));

const MALFORMED_SECRET_KEY = 'must be 32 bytes in base64 (`openssl rand -base64 32`)';
const SECRET_KEY_FORM = /^[\w+/-]{43}=?$/;
const secretKey = z
  .string()
  .regex(SECRET_KEY_FORM, MALFORMED_SECRET_KEY)
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64')));
const secretKeys = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((key) => key !== ''))
  .pipe(z.array(secretKey));
/** Several addresses, one after the other; the path that GraphQL stands at is the project's own affair. */
const addresses = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((address) => address !== ''))
  .pipe(z.array(httpUrl.refine(isBase, 'must be an address without a path')).min(1, 'must be an address'));
const subgraphAddress = (name: SubgraphName) =>
  addresses.optional().describe(`Where the ${name} service runs, when it runs elsewhere; several take turns.`);

function isBase(address: string): boolean {
  const url = new URL(address);
  return url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
}

const MALFORMED_KEY = 'must be a key as `npm run service-keys` writes it';

/** A JSON Web Key, or a set of several (RFC 7517, section 5). */
function keys<Key extends z.ZodType>(key: Key) {
  return z
    .string()
    .transform((text, context) => {
      try {
        const value: unknown = JSON.parse(text);
        return Array.isArray(Object(value).keys) ? (Object(value).keys as unknown[]) : [value];
      } catch {
        context.addIssue({ code: 'custom', message: MALFORMED_KEY });
        return z.NEVER;
      }
    })
    .refine((values) => values.length > 0 && values.every((value) => key.safeParse(value).success), MALFORMED_KEY)
    .transform((values) => values.map((value) => key.parse(value)));
}

/** Addresses and networks (`10.0.0.0/8`), one after the other. */
const networks = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((network) => network !== ''))
  .pipe(z.array(z.string().refine(isNetwork, 'must be addresses, or networks as 10.0.0.0/8')));

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const most = { 4: 32, 6: 128 }[isIP(address)];
  if (most === undefined || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
}

/** Every environment variable that the project reads. README.md lists the same names and a test compares the two. */
export const ENVIRONMENT = z.object({
  PORT: port.optional().describe('Port to listen on; 0 takes a free one. Default: by service, 4000 for the gateway.'),
  HOST: z.string().min(1, 'must not be empty').default('127.0.0.1').describe('Address to listen on.'),
  DATA_DIR: z
    .string()
    .min(1, 'must not be empty')
    .default('./data')
    .describe('Folder of the embedded store and of the local driver.'),
  MONGODB_URL: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\/[^/]+/, 'must be a mongodb:// or mongodb+srv:// address')
    .optional()
    .describe('Keeps the data in this MongoDB cluster; unset: in the embedded store, under DATA_DIR.'),
  PUBLIC_URL: httpUrl
    .optional()
    .describe('Address that consumers use; the issuer of the tokens. Default: from HOST and PORT.'),
  ADMIN_EMAIL: z
    .email('must be an e-mail address')
    .default('admin@example.com')
    .describe('The first platform administrator, made at the first start.'),
  ADMIN_PASSWORD: z
    .string()
    .refine((password) => [...password].length >= 12, 'must have 12 characters at least')
    .max(1000, 'must have 1,000 characters at most')
    .optional()
    .describe('Its password; unset: one is generated and printed once.'),
  PLANS_FILE: z
    .string()
    .min(1, 'must not be empty')
    .optional()
    .describe('A price list other than the default one (JSON).'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'must be trace, debug, info, warn, error, fatal or silent',
    })
    .default('info')
    .describe('How much is logged, as JSON lines on the standard output.'),
  AUDIT_RETENTION_DAYS: z.coerce
    .number({ error: 'must be a number of days' })
    .int('must be a whole number of days')
    .min(1, 'must be 1 at least')
    .max(36_500, 'must be 36,500 at most')
    .default(400)
    .describe('How many days an entry of the audit log is kept.'),
  SECRET_KEY: secretKey
    .optional()
    .describe('Encrypts the private keys that are stored: 32 bytes in base64. Unset: they are stored in clear.'),
  SECRET_KEY_PREVIOUS: secretKeys
    .optional()
    .describe('Keys that the data may still be encrypted with, separated by commas: to change SECRET_KEY.'),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'must be an smtp or smtps address' })
    .optional()
    .describe('The mail server. Unset: messages become files under DATA_DIR/mail.'),
  MAIL_FROM: z.email('must be an e-mail address').optional().describe('The sender of messages; needed with SMTP_URL.'),
  TRUSTED_ISSUERS: TRUSTED_ISSUERS.optional().describe(
    'Outside identity providers whose tokens are taken too (JSON); see docs/operations.md.',
  ),
  TRUSTED_PROXIES: networks
    .optional()
    .describe('The proxies in front of the gateway: their X-Forwarded-For says where a request came from.'),
  METRICS_PORT: port.optional().describe('Serves /metrics there instead of on PORT.'),
  SUBGRAPH_TENANT_URL: subgraphAddress('tenant'),
  SUBGRAPH_USER_URL: subgraphAddress('user'),
  SUBGRAPH_IDENTITY_URL: subgraphAddress('identity'),
  SUBGRAPH_ONBOARDING_URL: subgraphAddress('onboarding'),
  SUBGRAPH_BILLING_URL: subgraphAddress('billing'),
  SUBGRAPH_PROVISIONING_URL: subgraphAddress('provisioning'),
  SUBGRAPH_METRICS_URL: subgraphAddress('metrics'),
  GATEWAY_URL: addresses
    .optional()
    .describe("For a subgraph's own process: where the gateway runs, with the services that run nowhere else."),
  SERVICE_KEY: keys(PRIVATE_SERVICE_KEY)
    .optional()
    .describe('The private key by which the service signs; several for a process that runs several.'),
  SERVICE_KEYS: keys(PUBLIC_SERVICE_KEY)
    .optional()
    .describe('For the identity service: the public keys of all services, which it publishes.'),
});

/** The configuration of a process: read once, checked, frozen, passed as an argument. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  /** A MongoDB connection string, with its credentials; `undefined`: the data is in the embedded store. */
  readonly mongodbUrl: string | undefined;
  /** Without a trailing slash; the `iss` of access tokens. */
  readonly publicUrl: string;
  readonly adminEmail: string;
  readonly adminPassword: string | undefined;
  readonly plansFile: string | undefined;
  readonly auditRetentionDays: number;
  /** 32 bytes. */
  readonly secretKey: Uint8Array | undefined;
  readonly previousSecretKeys: readonly Uint8Array[];
  readonly trustedProxies: readonly string[];
  readonly trustedIssuers: readonly TrustedIssuer[];
  readonly mail: { readonly smtpUrl: string; readonly from: string } | undefined;
  readonly logLevel: string;
  readonly metricsPort: number | undefined;
  /** The subgraphs that run in other processes, each with its addresses; the others run in this one. */
  readonly remotes: Readonly<Partial<Record<SubgraphName, readonly string[]>>>;
  /** By which the services of this process sign; `undefined`: by keys under `dataDir`. */
  readonly serviceKeys: readonly PrivateServiceKey[] | undefined;
  /** What the identity service publishes; `undefined`: what is under `dataDir`. */
  readonly publishedKeys: readonly PublicServiceKey[] | undefined;
}

/** The environment is not acceptable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** A line per fault, each naming its variable and never its value. */
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

/**
 * Reads the configuration of a process. An empty variable counts as unset.
 *
 * @param service what the process is: the gateway, with every subgraph that has no address of its own, or one subgraph
 * @throws {ConfigError} with all faults at once
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  service: ServiceName = 'gateway',
): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = ENVIRONMENT.safeParse(given);
  if (!result.success) {
    throw new ConfigError(result.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`));
  }
  const env = result.data;
  const authority = env.HOST.includes(':') ? `[${env.HOST}]` : env.HOST;
  const port = env.PORT ?? DEFAULT_PORTS[service];
  const gatewayPort = service === 'gateway' ? port : DEFAULT_PORTS.gateway;
  const publicUrl = env.PUBLIC_URL ?? `http://${authority}:${gatewayPort}`;
  return Object.freeze({
    port,
    host: env.HOST,
    dataDir: env.DATA_DIR,
    mongodbUrl: env.MONGODB_URL,
    publicUrl,
    adminEmail: env.ADMIN_EMAIL,
    adminPassword: env.ADMIN_PASSWORD,
    plansFile: env.PLANS_FILE,
    auditRetentionDays: env.AUDIT_RETENTION_DAYS,
    secretKey: env.SECRET_KEY,
    previousSecretKeys: env.SECRET_KEY_PREVIOUS ?? [],
    trustedProxies: env.TRUSTED_PROXIES ?? [],
    trustedIssuers: trustedBeside(publicUrl, env.TRUSTED_ISSUERS ?? []),
    mail: mailOf(env),
    logLevel: env.LOG_LEVEL,
    metricsPort: env.METRICS_PORT,
    remotes: remotesOf(env, service, env.GATEWAY_URL ?? [new URL(publicUrl).origin]),
    serviceKeys: env.SERVICE_KEY,
    publishedKeys: env.SERVICE_KEYS,
  });
}

/** For the gateway what has an address; for a subgraph everything but itself, in the gateway's process where nothing is said. */
function remotesOf(env: z.infer<typeof ENVIRONMENT>, service: ServiceName, gateway: readonly string[]) {
  const entries = SUBGRAPHS.flatMap((name): [SubgraphName, readonly string[]][] => {
    if (name === service) return [];
    const given = env[`SUBGRAPH_${name.toUpperCase() as Uppercase<SubgraphName>}_URL`];
    const found = given ?? (service === 'gateway' ? undefined : gateway);
    return found === undefined ? [] : [[name, found]];
  });
  return Object.freeze(Object.fromEntries(entries) as Partial<Record<SubgraphName, readonly string[]>>);
}

/** @throws {ConfigError} when the installation itself is among them */
function trustedBeside(publicUrl: string, issuers: readonly TrustedIssuer[]): readonly TrustedIssuer[] {
  if (!issuers.some(({ issuer }) => issuer === publicUrl)) return issuers;
  throw new ConfigError(['TRUSTED_ISSUERS must not name PUBLIC_URL: that issuer is this installation']);
}

/** @throws {ConfigError} */
function mailOf({ SMTP_URL, MAIL_FROM }: z.infer<typeof ENVIRONMENT>): Config['mail'] {
  if (SMTP_URL === undefined) return undefined;
  if (MAIL_FROM === undefined) throw new ConfigError(['MAIL_FROM must be set with SMTP_URL']);
  return { smtpUrl: SMTP_URL, from: MAIL_FROM };
}

/** What a child of this process is given: its own environment, with changes; `undefined` takes a variable away. */
export function childEnvironment(changes: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  return { ...process.env, ...changes };
}

/** Keeps `@apollo/gateway` from sending usage data to its maker: it reads this variable and nothing else. */
export function disableApolloTelemetry(): void {
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
}
