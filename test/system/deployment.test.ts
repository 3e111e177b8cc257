import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments, parse as parseYaml } from 'yaml';
import { ENVIRONMENT } from '#lib/config.ts';
import { SERVICES, SUBGRAPHS } from '#lib/service-name.ts';
import { filesOfImage, readDockerfile } from '#test/deployment/dockerfile.ts';

// biome-ignore lint/suspicious/noExplicitAny: documents of many shapes
type Any = any;

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const compose: Any = parseYaml(read('docker-compose.yaml'), { merge: true });
const manifests: Any[] = readdirSync(new URL('deploy/kubernetes/', root))
  .filter((file) => file.endsWith('.yaml'))
  .flatMap((file) => parseAllDocuments(read(`deploy/kubernetes/${file}`)))
  .map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS();
  });
const dockerfile = readDockerfile(read('Dockerfile'));

const known = new Set([...Object.keys(ENVIRONMENT.shape), 'NODE_ENV', 'PATH']);
const find = (kind: string, name: string) =>
  manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
const podOf = (name: string) => find('Deployment', name).spec.template.spec;
const containerOf = (name: string) => podOf(name).containers[0];
const config = find('ConfigMap', 'control-plane').data;

/** Which subgraph a command runs; `gateway` for the gateway. */
function serviceOf(command: readonly string[]): string {
  const [entry, name] = command;
  if (entry === undefined || !existsSync(new URL(entry, root))) throw new Error(`no ${entry} to run`);
  return entry === 'gateway/main.ts' ? 'gateway' : String(name);
}

describe('the image', () => {
  it('is made of paths that are there and that .dockerignore lets in', () => {
    for (const path of dockerfile.copied) {
      expect(existsSync(new URL(path, root)), path).toBe(true);
      expect(filesOfImage(root, [path]), path).not.toStrictEqual([]);
    }
  });

  it('holds no test, no data and no key, and nothing that imports what it does not hold', () => {
    const files = filesOfImage(root, dockerfile.copied);
    expect(
      files.filter((file) => /\.(test|fixtures)\.ts$|^test\/|^data\/|^deploy\/|\.env$|\.db$/.test(file)),
    ).toStrictEqual([]);
    for (const entry of ['gateway/main.ts', 'subgraphs/main.ts', 'schema/supergraph.graphql'])
      expect(files).toContain(entry);
    const held = new Set(files);
    for (const file of files.filter((path) => path.endsWith('.ts') && !path.endsWith('vite.config.ts'))) {
      for (const [, path = ''] of read(file).matchAll(/^(?:import|export) [^;']*'(#[^']+|\.\.?\/[^']+)';/gm)) {
        const target = path.startsWith('#')
          ? path.slice(1)
          : new URL(path, new URL(file, root)).href.slice(root.href.length);
        expect(held.has(target.replace('?raw', '')), `${file} imports ${path}`).toBe(true);
      }
    }
  });

  it('runs as nobody in particular, on Node from the lock file, and is told nothing that the project does not read', () => {
    expect(dockerfile.user).toBe('10001:10001');
    expect(Object.keys(dockerfile.environment).filter((name) => !known.has(name))).toStrictEqual([]);
    expect(dockerfile.environment.PATH).toMatch(/^\/app\/node_modules\/\.bin:/);
    expect(dockerfile.healthcheck).toContain('/healthz');
    expect(serviceOf(dockerfile.command)).toBe('gateway');
  });

  it('removes only packages that the page alone is made of', () => {
    const sources = filesOfImage(root, dockerfile.copied)
      .filter((file) => file.endsWith('.ts') && !file.startsWith('gateway/graphiql/'))
      .map(read)
      .join('\n');
    const declared = Object.keys(JSON.parse(read('package.json')).dependencies);
    expect(dockerfile.removed.length).toBeGreaterThan(0);
    for (const name of dockerfile.removed) {
      expect(declared).toContain(name);
      expect(sources).not.toMatch(new RegExp(`from '${name}['/]`));
    }
  });
});

describe.each(SERVICES)('the deployment of %s', (name) => {
  const service = compose.services[name];
  const environment: Record<string, string> = service?.environment ?? {};

  it('is in the compose file and in the manifests, with the same command', () => {
    expect(serviceOf(service.command)).toBe(name);
    expect(containerOf(name).args).toStrictEqual(service.command);
    expect(service.env_file).toBe(`deploy/keys/${name}.env`);
    expect(find('Service', name).spec.selector).toStrictEqual(selectorOf(name));
    expect(find('Deployment', name).spec.template.metadata.labels).toMatchObject(selectorOf(name));
    expect(find('PodDisruptionBudget', name).spec.selector.matchLabels).toStrictEqual(selectorOf(name));
    expect(find('Deployment', name).spec.selector.matchLabels).toStrictEqual(selectorOf(name));
  });

  it('names only variables that the project reads', () => {
    const own = (containerOf(name).env ?? []).map((variable: Any) => variable.name);
    for (const variable of [...Object.keys(environment), ...Object.keys(config), ...own]) {
      expect(known.has(variable), variable).toBe(true);
    }
  });

  it('knows where every subgraph listens', () => {
    const { PORT } = dockerfile.environment;
    for (const subgraph of SUBGRAPHS) {
      const address = `http://${subgraph}:${PORT}`;
      expect(environment[`SUBGRAPH_${subgraph.toUpperCase()}_URL`]).toBe(address);
      expect(config[`SUBGRAPH_${subgraph.toUpperCase()}_URL`]).toBe(address);
      expect(compose.services[subgraph]).toBeDefined();
    }
    const [port] = find('Service', name).spec.ports;
    expect(String(port.port)).toBe(PORT);
    expect(containerOf(name).ports.find((one: Any) => one.name === port.targetPort).containerPort).toBe(port.port);
  });

  it('is probed at paths that it serves', () => {
    const { startupProbe, livenessProbe, readinessProbe } = containerOf(name);
    const paths = [startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet);
    expect(paths.map(({ path }) => path)).toStrictEqual([
      '/healthz',
      '/healthz',
      name === 'gateway' ? '/healthz' : '/readyz',
    ]);
    for (const { path, port } of paths) {
      expect(read('lib/http/health.ts')).toContain(`'${path}'`);
      expect(containerOf(name).ports.map((one: Any) => one.name)).toContain(port);
    }
  });

  it('has the time that a stop takes', () => {
    const seconds = Number(/STOP_WITHIN = (\d+)_000/.exec(read('lib/process.ts'))?.[1]);
    expect(podOf(name).terminationGracePeriodSeconds).toBeGreaterThan(
      seconds + containerOf(name).lifecycle.preStop.sleep.seconds,
    );
    expect(Number.parseInt(service.stop_grace_period, 10)).toBeGreaterThan(seconds);
  });

  it('has no rights, a key of its own, and nothing in its environment from the cluster', () => {
    const { securityContext, automountServiceAccountToken, enableServiceLinks } = podOf(name);
    const [uid] = dockerfile.user.split(':').map(Number);
    expect(securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: uid,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(containerOf(name).securityContext).toStrictEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect([automountServiceAccountToken, enableServiceLinks]).toStrictEqual([false, false]);
    expect([service.read_only, service.cap_drop]).toStrictEqual([true, ['ALL']]);
    const secrets = containerOf(name).envFrom.flatMap((source: Any) => source.secretRef?.name ?? []);
    expect(secrets).toStrictEqual([
      'mongodb',
      `service-key-${name}`,
      ...(name === 'identity' ? ['administrator'] : []),
    ]);
    expect(containerOf(name).resources.limits.memory).toBeDefined();
  });
});

it('every manifest is of the namespace, and README tells of every secret', () => {
  const outside = manifests.filter(
    ({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== 'control-plane',
  );
  expect(outside).toStrictEqual([]);
  const told = read('deploy/README.md');
  for (const secret of ['mongodb', 'administrator', 'service-key-']) expect(told).toContain(`secret generic ${secret}`);
});

it('nothing more runs than the services, MongoDB and what makes it a replica set', () => {
  const mongodb = ['mongodb-1', 'mongodb-2', 'mongodb-3', 'replica-set'];
  expect(Object.keys(compose.services).sort()).toStrictEqual([...SERVICES, ...mongodb].sort());
  const deployments = manifests.filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata.name);
  expect(deployments.sort()).toStrictEqual([...SERVICES].sort());
});

function selectorOf(name: string): Record<string, string> {
  return { 'app.kubernetes.io/name': name };
}
