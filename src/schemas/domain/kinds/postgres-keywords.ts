const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];
const keyword = /^[a-z][a-z_0-9]*$/;
const PARAMETERS_MAX = 100;
const PORT_MAX = 65_535;

/** Returns what is wrong with the parameters of a connection, which are keywords of libpq. */
export function postgresParameters(
  parameters: readonly (readonly [name: string, value: string])[],
): readonly string[] {
  const reasons: string[] = [];
  for (const [name, value] of parameters) {
    if (name === 'sslmode' && !sslModes.includes(value)) {
      reasons.push(`must have one of these for sslmode: ${sslModes.join(', ')}`);
    } else if (name === 'port' && !value.split(',').every(isPort)) {
      reasons.push('must have a number for port');
    } else if (name === 'connect_timeout' && !/^-?\d{1,9}$/.test(value)) {
      reasons.push('must have a number for connect_timeout');
    }
  }
  return reasons;
}

/** Tells whether the text is a port; none stands for the default. */
function isPort(text: string): boolean {
  return text === '' || (/^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) <= PORT_MAX);
}

/**
 * Returns what is wrong with a connection string of keywords and values.
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE
 */
export function keywordReasons(text: string): readonly string[] {
  const parameters: [string, string][] = [];
  // A quote within a value stands for itself.
  const pair = /\s*([^\s=]+)\s*=\s*(?:'((?:[^'\\]|\\[^])*)'|((?!')(?:[^\s\\]|\\[^])*))(?=\s|$)/y;
  const end = text.trimEnd().length;
  while (pair.lastIndex < end) {
    const [match, name = '', quoted, plain] = pair.exec(text) ?? [];
    if (match === undefined || !keyword.test(name)) return [form];
    // Other drivers separate `host=name;port=number` with semicolons.
    if (name.startsWith('host') && plain?.includes(';')) return [form];
    parameters.push([name, quoted ?? plain ?? '']);
    if (parameters.length > PARAMETERS_MAX) return [`must have at most ${PARAMETERS_MAX} keywords`];
  }
  const names = parameters.map(([name]) => name);
  if (names.length === 0) return [form];
  if (new Set(names).size < names.length) return ['must not have a keyword twice'];
  const hasHost = ['host', 'hostaddr', 'service'].some((name) => names.includes(name));
  return [...(hasHost ? [] : ['must name a host']), ...postgresParameters(parameters)];
}

const form = "must be keyword=value with spaces between; values with spaces in '…', or be a URL";
