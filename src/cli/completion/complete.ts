import { setTimeout as pause } from 'node:timers/promises';
import type { Sallyport } from '@sallyport/client';
import { contextName } from '../connection/connection-settings.js';
import { ContextsFile } from '../connection/contexts-file.js';
import { secretNameOf } from '../connection/secret-name.js';
import type { ValueKind } from '../program/command-definition.js';
import { definitions } from '../program/definitions.js';
import type { Terminal } from '../terminal.js';
import { cachedNames } from './name-cache.js';
import { type CompletionPlan, planCompletion } from './plan-completion.js';
import { readyConnection } from './ready-connection.js';

/** Time that a user waits for a completion. */
const DEADLINE_MS = 1_500;
const NAMES_MAX = 2_000;
/** Words that a shell takes as they are, and that cannot move the cursor. */
const PLAIN = /^[\w./:=@%+-]+$/;
/** Beginning of a name that is no option, and nothing that the scripts know. */
const NAME = /^[a-z0-9]/i;

/**
 * Prints the words that complete a line, one a line. Errors print nothing: a shell would mix them
 * with the line. It never asks.
 */
export async function complete(words: readonly string[], terminal: Terminal): Promise<void> {
  const last = words.at(-1) ?? '';
  const found = await wordsInTime(words, terminal).catch(() => []);
  const fitting = found.filter((word) => {
    return word === ':files' || (word.startsWith(last) && PLAIN.test(word));
  });
  terminal.out(fitting.map((word) => `${word}\n`).join(''));
}

/** Returns what completes a line; nothing after the deadline, whatever was waited for. */
async function wordsInTime(
  words: readonly string[],
  terminal: Terminal,
): Promise<readonly string[]> {
  const ended = new AbortController();
  const { signal } = ended;
  try {
    return await Promise.race([
      foundWords(words, terminal, signal),
      pause(DEADLINE_MS, [], { signal }),
    ]);
  } finally {
    ended.abort();
  }
}

async function foundWords(
  words: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const plan = planCompletion(words, definitions);
  if (plan.kind === 'words') return plan.words;
  if (plan.values === 'shell') return ['bash', 'zsh', 'fish'];
  if (plan.values === 'context') {
    return Object.keys((await new ContextsFile(terminal).read()).contexts).filter(isName);
  }
  return namesOfGateway({ plan, last: words.at(-1) ?? '', signal }, terminal);
}

function isName(word: string): boolean {
  return NAME.test(word);
}

interface NamesQuery {
  readonly plan: CompletionPlan & { readonly kind: 'names' };
  /** Word to complete. */
  readonly last: string;
  readonly signal: AbortSignal;
}

async function namesOfGateway(
  { plan: { values, options, args }, last, signal }: NamesQuery,
  terminal: Terminal,
): Promise<readonly string[]> {
  const flags = {
    ...{ context: options['context'], address: options['address'] },
    ...{ namespace: options['namespace'], tokenFile: options['token-file'] },
    caFile: options['ca-file'],
  };
  const connection = await readyConnection(terminal, flags);
  if (connection === undefined) return [];
  const { gateway, address, namespace } = connection;
  const [inNamespace, isNamed] = namespaceOf(last, namespace);
  const place = values === 'key' ? (args[0] ?? '') : inNamespace;
  const { env } = terminal;
  const contexts = await new ContextsFile(terminal).read();
  const context = contextName({ flags, env, contexts });
  const credential = [flags.tokenFile, env['SALLYPORT_TOKEN_FILE'], context];
  const facts = [address, ...credential, namespace, values, place].map(String);
  const read = () => readNames(gateway, { values, place, namespace, signal });
  const names = (await cachedNames(terminal, facts, read)).filter(isName);
  return isNamed && values === 'secret' ? names.map((name) => `${inNamespace}/${name}`) : names;
}

/** Returns the namespace that the beginning of a name has. */
function namespaceOf(last: string, namespace: string): readonly [string, boolean] {
  const [first = '', second] = last.split('/');
  return second === undefined ? [namespace, false] : [first, true];
}

interface WantedNames {
  readonly values: ValueKind;
  readonly place: string;
  readonly namespace: string;
  readonly signal: AbortSignal;
}

async function readNames(
  gateway: Sallyport,
  { values, place, namespace, signal }: WantedNames,
): Promise<readonly string[]> {
  if (values === 'key') {
    const secret = secretNameOf(place, namespace);
    const options = { signal };
    const { content } = await gateway.secrets.metadata(secret.namespace, secret.name, options);
    return content.keys.map(({ name }) => name);
  }
  const found =
    values === 'namespace'
      ? gateway.access.namespaces({ signal })
      : gateway.secrets.list(place, { signal });
  const names: string[] = [];
  for await (const { name } of found) {
    if (names.push(name) === NAMES_MAX) break;
  }
  return names;
}
