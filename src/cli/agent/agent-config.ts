import { z } from 'zod';
import { parseTemplate, type Template } from '../../environments/domain/template.js';
import { formatNames, type FormatOptions } from '../../secrets/domain/formats/render.js';
import { UsageError } from '../command.js';
import {
  secretKeyNameOf,
  type SecretKeyName,
  type SecretName,
  secretNameOf,
} from '../connection/secret-name.js';
import { timerMs } from '../duration.js';
import type { WantedValues } from '../values/wanted-values.js';

/** Files of one agent. */
const FILES_MAX = 100;
const VALUES_MAX = 100;
const TEMPLATE_CHARACTERS_MAX = 64 * 1024;
const ARGUMENTS_MAX = 100;
/** The highest id of a user or a group. */
const ID_MAX = 2 ** 32 - 2;
const STALE_MS_MIN = 5_000;

const reference = z.string().min(1).max(1_024);
const id = z.int().min(0).max(ID_MAX);
const duration = z.string().max(16);

const fileSchema = z.strictObject({
  path: z.string().startsWith('/').max(4_096),
  mode: z
    .string()
    .regex(/^0?[0-7]{3}$/)
    .default('0400'),
  owner: id.optional(),
  group: id.optional(),
  key: reference.optional(),
  secret: reference.optional(),
  environment: reference.optional(),
  format: z.enum(formatNames).optional(),
  names: z.literal('upper').optional(),
  template: z.string().max(TEMPLATE_CHARACTERS_MAX).optional(),
  values: z.record(z.string().max(253), reference).optional(),
});

const configSchema = z.strictObject({
  files: z.array(fileSchema).min(1).max(FILES_MAX),
  onChange: z
    .strictObject({
      command: z.array(z.string().max(4_096)).min(1).max(ARGUMENTS_MAX),
      timeout: duration.default('30s'),
    })
    .optional(),
  debounce: duration.default('1s'),
  recheck: duration.default('30s'),
  maxStale: duration.optional(),
  ready: z.strictObject({ file: z.string().startsWith('/').max(4_096) }).optional(),
  listen: z
    .strictObject({
      host: z.string().max(253).default('127.0.0.1'),
      port: z.int().min(0).max(65_535),
    })
    .optional(),
});

type FileSettings = z.output<typeof fileSchema>;

/** Content of a file, made of values. */
export type FileContent =
  | { readonly kind: 'key'; readonly key: SecretKeyName }
  | {
      readonly kind: 'map';
      readonly source: { readonly kind: 'secret' | 'environment'; readonly name: SecretName };
      readonly options: FormatOptions;
    }
  | {
      readonly kind: 'template';
      readonly template: Template;
      /** Environment whose values have their own names in the template. */
      readonly environment: SecretName | undefined;
      /** Keys by their names in the template. */
      readonly values: ReadonlyMap<string, SecretKeyName>;
    };

/** File that the agent keeps up to date. */
export interface AgentFile {
  readonly path: string;
  /** Permissions, as chmod(2) takes them. */
  readonly mode: number;
  /** Ids; those of the agent if undefined. */
  readonly owner: number | undefined;
  readonly group: number | undefined;
  readonly content: FileContent;
}

export interface AgentConfig {
  readonly files: readonly AgentFile[];
  readonly onChange: { readonly command: readonly string[]; readonly limitMs: number } | undefined;
  readonly debounceMs: number;
  /** Time from one look after the files to the next. */
  readonly recheckMs: number;
  /** Age of values from which the agent is not ready; undefined: any. */
  readonly maxStaleMs: number | undefined;
  readonly readyFile: string | undefined;
  readonly listen: { readonly host: string; readonly port: number } | undefined;
}

/** Reads a configuration that is not text any more. Throws UsageError with the place of a fault. */
export function agentConfigOf(parsed: unknown, namespace: string): AgentConfig {
  const found = configSchema.safeParse(parsed);
  if (!found.success) {
    const [issue] = found.error.issues;
    throw new UsageError(`/${issue?.path.join('/') ?? ''}: ${issue?.message ?? 'is not valid'}`);
  }
  const { files, onChange, debounce, recheck, maxStale, ready, listen } = found.data;
  const paths = files.map(({ path }) => path);
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) throw new UsageError(`/files: two files have the path ${twice}`);
  return {
    files: files.map((file, index) => at(`/files/${index}`, () => fileOf(file, namespace))),
    onChange: onChange && {
      command: onChange.command,
      limitMs: at('/onChange/timeout', () => timerMs(onChange.timeout)),
    },
    debounceMs: at('/debounce', () => timerMs(debounce)),
    recheckMs: at('/recheck', () => timerMs(recheck)),
    maxStaleMs: maxStale === undefined ? undefined : staleMs(maxStale),
    readyFile: ready?.file,
    listen,
  };
}

/** Returns the file of the readiness, also of a configuration that has faults elsewhere. */
export function readyFileOf(parsed: unknown): string | undefined {
  const found = configSchema.pick({ ready: true }).loose().safeParse(parsed);
  return found.data?.ready?.file;
}

/** Returns all that the files need. */
export function wantedByFiles(files: readonly AgentFile[]): WantedValues {
  const secrets: SecretName[] = [];
  const environments: SecretName[] = [];
  const keys: SecretKeyName[] = [];
  for (const { content } of files) {
    if (content.kind === 'key') keys.push(content.key);
    else if (content.kind === 'map') {
      (content.source.kind === 'secret' ? secrets : environments).push(content.source.name);
    } else {
      keys.push(...content.values.values());
      if (content.environment !== undefined) environments.push(content.environment);
    }
  }
  return { secrets, environments, keys };
}

function staleMs(text: string): number {
  const limitMs = at('/maxStale', () => timerMs(text));
  if (limitMs >= STALE_MS_MIN) return limitMs;
  throw new UsageError(`/maxStale: at least ${STALE_MS_MIN / 1_000}s`);
}

function fileOf(file: FileSettings, namespace: string): AgentFile {
  const { path, mode, owner, group } = file;
  return {
    path,
    mode: Number.parseInt(mode, 8),
    owner,
    group,
    content: contentOf(file, namespace),
  };
}

function contentOf(file: FileSettings, namespace: string): FileContent {
  const { key, secret, environment, format, names, template, values } = file;
  if (template !== undefined) {
    refuse({ key, secret, format, names }, 'a template takes values and environment only');
    return templateOf({ template, environment, values }, namespace);
  }
  refuse({ values }, 'values are for a template');
  if ([key, secret, environment].filter((one) => one !== undefined).length !== 1) {
    throw new UsageError('name one of key, secret, environment and template');
  }
  if (key !== undefined) {
    refuse({ format, names }, 'a key has no format');
    return { kind: 'key', key: secretKeyNameOf(key, namespace) };
  }
  if (format === undefined) throw new UsageError('a secret and an environment need a format');
  const kind = secret === undefined ? 'environment' : 'secret';
  const name = secretNameOf(secret ?? environment ?? '', namespace);
  return { kind: 'map', source: { kind, name }, options: { format, names } };
}

function templateOf(
  {
    template,
    environment,
    values = {},
  }: Pick<FileSettings, 'environment' | 'values'> & { readonly template: string },
  namespace: string,
): FileContent {
  const names = Object.entries(values);
  if (names.length > VALUES_MAX)
    throw new UsageError(`a template has at most ${VALUES_MAX} values`);
  return {
    kind: 'template',
    template: parseTemplate(template),
    environment: environment === undefined ? undefined : secretNameOf(environment, namespace),
    values: new Map(names.map(([name, key]) => [name, secretKeyNameOf(key, namespace)])),
  };
}

function refuse(members: Readonly<Record<string, unknown>>, reason: string): void {
  const given = Object.values(members).some((value) => value !== undefined);
  if (given) throw new UsageError(reason);
}

/** Adds the place to the reason of a refusal. The configuration has no values of Secrets. */
function at<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UsageError(`${place}: ${(error as Error).message}`);
  }
}
