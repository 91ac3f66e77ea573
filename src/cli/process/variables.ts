import { UsageError } from '../command.js';
import { secretKeyNameOf, type SecretKeyName } from '../connection/secret-name.js';

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
/**
 * Variables that change what a program loads, where it looks, or whom it trusts: a writer of the
 * Secret would run code, or read the traffic.
 */
const RESERVED = new RegExp(
  `^(${[
    'PATH|HOME|SHELL|IFS|ENV|CDPATH|BASH_ENV|SHELLOPTS|BASHOPTS|PS[0-9]|PROMPT_COMMAND',
    'EDITOR|VISUAL|PAGER|BROWSER|LESS(OPEN|CLOSE)|TMPDIR|XDG_.*|TERMINFO.*|TERMCAP',
    'LD_.*|DYLD_.*|GLIBC_TUNABLES|MALLOC_.*|GCONV_PATH|LOCPATH|NLSPATH|TZDIR',
    'HOSTALIASES|LOCALDOMAIN|RES_OPTIONS|(HTTP|HTTPS|ALL|NO|FTP)_PROXY',
    'OPENSSL_.*|SSL_CERT_.*|SSLKEYLOGFILE|(CURL|REQUESTS)_CA_BUNDLE|KUBECONFIG|DOCKER_.*',
    'GIT_.*|SSH_.*|NPM_CONFIG_.*|SALLYPORT_.*',
    'NODE_(?!ENV$).*|PYTHON.*|PERL.*|RUBY.*|GEM_.*|BUNDLE_.*|LUA_.*|PHPRC|PHP_INI_SCAN_DIR',
    'DOTNET_.*|CORECLR_.*|COR_.*|CLASSPATH|(JAVA_TOOL|_JAVA|JDK_JAVA)_OPTIONS|(MAVEN|GRADLE)_OPTS',
  ].join('|')})$`,
  'i',
);
/** Longest text `NAME=VALUE` with its NUL, as Linux has it (MAX_ARG_STRLEN). execve(2). */
const VARIABLE_BYTES_MAX = 128 * 1024;

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
  if (variable.length + bytes.length + 2 > VARIABLE_BYTES_MAX) {
    throw new UsageError(`the value of ${variable} is too long for a variable: use --files`);
  }
  return text;
}
