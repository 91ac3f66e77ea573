import { DEFAULT_DATA_DIR } from '../../platform/config/settings.schema.js';
import type { DataFolder, UserName } from './data-folder.js';

export interface Welcomed {
  readonly folder: DataFolder;
  /** Users who have a token. */
  readonly users: readonly UserName[];
  /** Whether a kubeconfig for the gateway exists. */
  readonly isKubectlReady: boolean;
  /** Plain HTTP first, then HTTPS. */
  readonly urls: readonly string[];
  readonly healthUrl: string;
  /** Path from `--config`. */
  readonly file?: string | undefined;
}

/** Returns the text for the user who started the sandbox, with calls to copy. */
export function welcome(started: Welcomed): string {
  const { urls, healthUrl } = started;
  return `
Sallyport  ${urls.map((url) => `${url}/v1`).join('  ')}
Health     ${healthUrl}/readyz  ${healthUrl}/metrics
${usersLines(started)}
${programLines(started)}
${callsLines(started)}
Ctrl-C ends it; ${resetCommand(started)} begins with an empty one.
`;
}

function usersLines({ folder, users }: Welcomed): string {
  if (users.length === 0) return 'Users      none any more';
  return `\
Users      ${users.join(', ')}
Tokens     ${quoted(folder.tokens)}/NAME, as headers for curl ${quoted(folder.headers)}/NAME`;
}

/** Returns how to log in with the command line, and to call with and without the gateway. */
function programLines({ folder, isKubectlReady, users: [user], urls: [url] }: Welcomed): string {
  const login =
    user !== undefined &&
    `./sallyport login --address ${url ?? ''} --token-file ${quoted(folder.token(user))}`;
  return [
    ...(login ? [`CLI        ${login}`] : []),
    ...(isKubectlReady
      ? [`kubectl    kubectl --kubeconfig ${quoted(folder.kubeconfig)} get secrets`]
      : []),
    `Sandbox    kubectl --kubeconfig ${quoted(folder.sandboxKubeconfig)} get namespaces`,
  ].join('\n');
}

/** Returns example calls of users that exist; skips the calls of deleted users. */
function callsLines({ folder, users, urls }: Welcomed): string {
  const api = `${urls[0] ?? ''}/v1`;
  const secrets = `${api}/namespaces/default/secrets`;
  const calls: readonly (readonly [user: UserName, rest: string])[] = [
    ['admin', `--json '{"name":"hello","stringData":{"greeting":"good morning"}}' ${secrets}`],
    ['reader', `${secrets}/hello/keys/greeting`],
    ['auditor', `'${api}/audit/events?secret=hello'`],
  ];
  const lines = calls
    .filter(([user]) => users.includes(user))
    .map(([user, rest]) => `  curl -fsS -H @${quoted(folder.header(user))} ${rest}\n`);
  if (lines.length === 0) return '';
  const isWhole = lines.length === calls.length;
  const intro = isWhole ? 'Create a Secret, read one key of it, and see who did' : 'To begin with';
  return `\n${intro}:\n${lines.join('')}`;
}

/** Returns the command that clears the folder of this start. */
function resetCommand({ folder, file }: Welcomed): string {
  return [
    ...(folder.path === DEFAULT_DATA_DIR ? [] : [`SALLYPORT_DATA_DIR=${quoted(folder.path)}`]),
    'npm start --',
    ...(file === undefined ? [] : ['--config', quoted(file)]),
    '--reset',
  ].join(' ');
}

/** Quotes a path for a shell. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
