import { readdirSync, readFileSync, statSync } from 'node:fs';
import { matchesGlob } from 'node:path';

/** What the project's Dockerfile says, as far as it can be followed without Docker. */
export interface Dockerfile {
  /** Paths that are copied from the project, in order. */
  readonly copied: readonly string[];
  /** The commands of the first stage, in order. */
  readonly commands: readonly string[];
  /** Packages that are removed again. */
  readonly removed: readonly string[];
  /** Of the last stage. */
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly healthcheck: string;
  readonly command: readonly string[];
}

export function readDockerfile(text: string): Dockerfile {
  const lines = text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n');
  const of = (instruction: string) =>
    lines.flatMap((line) => (line.startsWith(`${instruction} `) ? line.slice(instruction.length).trim() : []));
  const stages = lines.flatMap((line, place) => (line.startsWith('FROM ') ? place : []));
  const commands = lines.slice(0, stages.at(-1)).flatMap((line) => (line.startsWith('RUN ') ? line.slice(4) : []));
  return {
    copied: of('COPY')
      .filter((copy) => !copy.startsWith('--from='))
      .flatMap((copy) => copy.split(/\s+/).slice(0, -1)),
    commands,
    removed: commands
      .filter((command) => command.startsWith('npm uninstall'))
      .flatMap((command) => command.split(' ').slice(2))
      .filter((word) => !word.startsWith('--')),
    environment: Object.fromEntries(
      of('ENV').flatMap((pairs) => pairs.split(/\s+/).map((pair) => pair.split('=') as [string, string])),
    ),
    user: of('USER').at(-1) ?? '',
    healthcheck: of('HEALTHCHECK').at(-1) ?? '',
    command: JSON.parse(of('CMD').at(-1) ?? '[]'),
  };
}

/** The files below these paths that `.dockerignore` lets into an image, from the project's folder. */
export function filesOfImage(root: URL, paths: readonly string[]): readonly string[] {
  const isIgnored = readIgnore(readFileSync(new URL('.dockerignore', root), 'utf8'));
  const files = paths.flatMap((path) => {
    if (!statSync(new URL(path, root)).isDirectory()) return [path];
    return readdirSync(new URL(path, root), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath.replace(/\/$/, '')}/${entry.name}`.slice(root.pathname.length));
  });
  return [...new Set(files)].filter((file) => !isIgnored(file)).sort();
}

/** The last line that names a path, or a folder that it is in, decides (https://docs.docker.com/build/concepts/context/). */
function readIgnore(text: string): (path: string) => boolean {
  const rules = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ ignores: !line.startsWith('!'), pattern: line.replace(/^!/, '') }));
  return (path) => {
    const parts = path.split('/');
    const places = parts.map((_, depth) => parts.slice(0, depth + 1).join('/'));
    let ignored = false;
    for (const { ignores, pattern } of rules) {
      if (places.some((place) => matchesGlob(place, pattern))) ignored = ignores;
    }
    return ignored;
  };
}
