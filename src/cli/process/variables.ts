import { UsageError } from '../command.js';
import { secretKeyNameOf, type SecretKeyName } from '../connection/secret-name.js';

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Variables that change what a program loads: a writer of the Secret would run code. */
const RESERVED = new RegExp(
  `^(${[
    'PATH|IFS|ENV|BASH_ENV|SHELLOPTS|BASHOPTS|PS4',
    'LD_.*|DYLD_.*|GCONV_PATH|GIT_.*|SALLYPORT_.*',
    'NODE_OPTIONS|NODE_PATH|PYTHON(PATH|HOME|STARTUP)|PERL(5OPT|5LIB|LIB)|RUBY(OPT|LIB)',
    'JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS',
  ].join('|')})$`,
  'i',
);

/** Variable that a user assigns one key to. */
export interface NamedVariable extends SecretKeyName {
  readonly variable: string;
}

/** Reads `VARIABLE=NAME/KEY`. Throws UsageError. */
export function namedVariableOf(text: string, namespace: string): NamedVariable {
  const at = text.indexOf('=');
  const variable = text.slice(0, Math.max(at, 0));
  if (!VARIABLE.test(variable)) throw new UsageError(`${text} is not VARIABLE=NAME/KEY`);
  return { ...secretKeyNameOf(text.slice(at + 1), namespace), variable };
}

/**
 * Returns the variable of a key of a whole Secret. `upper`: `-` and `.` become `_`, as in
 * docs/formats.md. Throws UsageError for a name that no variable has, or that would change how
 * programs are loaded.
 */
export function variableOfKey(key: string, names: 'upper' | undefined): string {
  const variable = names === 'upper' ? key.toUpperCase().replaceAll(/[-.]/g, '_') : key;
  if (!VARIABLE.test(variable)) {
    throw new UsageError(`the key ${key} is no name of a variable: use --names upper, or --env`);
  }
  if (RESERVED.test(variable)) {
    throw new UsageError(`the key ${key} would change how programs run: use --env to allow that`);
  }
  return variable;
}

/** Returns a value as a variable can have it. Throws UsageError without the value. */
export function variableText(variable: string, bytes: Uint8Array): string {
  let text: string | undefined;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // The error of the decoder could name a part of the value.
  }
  if (text === undefined || text.includes('\0')) {
    throw new UsageError(`the value of ${variable} is no text: no variable can have it`);
  }
  return text;
}
