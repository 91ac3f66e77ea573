import { urlParts } from './url-parts.js';

const families: readonly (readonly [prefix: string, reasons: (rest: string) => string[]])[] = [
  ['jdbc:postgresql:', postgresReasons],
  ['jdbc:mysql:', mysqlReasons],
  ['jdbc:mysql+srv:', mysqlReasons],
  ['jdbc:mariadb:', mysqlReasons],
  ['jdbc:sqlserver:', sqlServerReasons],
  ['jdbc:oracle:thin:', oracleReasons],
  ['jdbc:db2:', db2Reasons],
  ['jdbc:h2:', (rest) => (rest === '' ? [noDatabase] : [])],
  ['jdbc:sqlite:', (rest) => (rest === '' ? [noDatabase] : [])],
];
const noDatabase = 'must name a database';
const noHost = 'must name a host';

/** Returns what is wrong with a JDBC URL; drivers of other databases are refused. */
export function jdbcReasons(text: string): string[] {
  if (!text.startsWith('jdbc:')) return ['must begin with jdbc:'];
  const family = families.find(([prefix]) => text.startsWith(prefix));
  if (family === undefined) return ['must be of a known database'];
  if (/\p{Cc}/u.test(text)) return ['must not have a line end or a control character'];
  const [prefix, reasons] = family;
  return reasons(text.slice(prefix.length));
}

function postgresReasons(rest: string): string[] {
  // Without a host, the driver connects to localhost.
  if (!rest.startsWith('//')) return /^[\w%.-]+(?:\?\S*)?$/.test(rest) ? [] : [noDatabase];
  const parts = urlParts(`postgresql:${rest}`);
  if (typeof parts === 'string') return [parts];
  if (parts.user !== undefined) return ['must have user and password as parameters'];
  if (parts.hosts.some(({ name }) => name === '')) return [noHost];
  return parts.path === '' ? [noDatabase] : [];
}

/** https://dev.mysql.com/doc/connector-j/en/connector-j-reference-jdbc-url-format.html */
function mysqlReasons(rest: string): string[] {
  const [, hosts = '', others = ''] = /^(?:[a-z-]{1,20}:)?\/\/([^/?#]*)([^]*)$/.exec(rest) ?? [];
  if (hosts === '') return [rest.includes('//') ? noHost : 'must have // before the host'];
  const parts = urlParts(`mysql://${plainHosts(hosts)}${others}`);
  if (typeof parts === 'string') return [parts];
  return parts.hosts.some(({ name }) => name === '') ? [noHost] : [];
}

/** Returns hosts without the brackets of a list and the parentheses of properties of a host. */
function plainHosts(hosts: string): string {
  return hosts
    .replace(/^([^[]*)\[([^\]]*)\]$/, (whole, user: string, list: string) =>
      list.includes(',') ? user + list : whole,
    )
    .replace(/(?:address=)?((?:\([^()]*\))+)/gi, (_, properties: string) => {
      const [, host = ''] = /[(,]\s*host=([^(),]*)/i.exec(properties) ?? [];
      const [, port] = /[(,]\s*port=([^(),]*)/i.exec(properties) ?? [];
      return port === undefined ? host : `${host}:${port}`;
    });
}

/** https://learn.microsoft.com/en-us/sql/connect/jdbc/building-the-connection-url */
function sqlServerReasons(rest: string): string[] {
  const form = /^\/\/([^;:\\/]*)(?:\\[\w$#-]+)?(?::(\d{1,5}))?((?:;[^]*)?)$/.exec(rest);
  if (form === null) return ['must be //host:port;name=value'];
  const [, host = '', , properties = ''] = form;
  // Braces quote a value; two closing braces stand for one.
  const isList = /^(?:;(?:\s*[A-Za-z]\w*=(?:\{(?:[^}]|\}\})*\}|[^;{}]*))?)*$/.test(properties);
  if (!isList) return ['must have name=value between semicolons'];
  return host === '' && !/;\s*server(?:Name)?=[^;]/i.test(properties) ? [noHost] : [];
}

/** https://docs.oracle.com/en/database/oracle/oracle-database/23/jjdbc/, chapter 8 */
function oracleReasons(rest: string): string[] {
  const address = /^[\w$#.-]*(?:\/(?:"[^"]*"|[^@"\s]*))?@(?=.)/.exec(rest);
  if (address === null) return ['must have @ before the host'];
  const place = rest.slice(address[0].length);
  if (place.startsWith('('))
    return isBalanced(place) ? [] : ['has a parenthesis that is not closed'];
  return isOraclePlace(place) ? [] : ['must be @//host:port/service'];
}

const oracleHosts =
  /^(?:(?:tcps?:)?\/\/)?(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:[,;][\w.-]+(?::\d{1,5})?)*/;
/** Service with the mode of its server and its instance, and parameters. */
const oracleService = /^(?:[:/][\w.$#-]+(?::\w+)?(?:\/[\w$#-]+)?)?(?:\?\S*)?$/;

function isOraclePlace(place: string): boolean {
  if (/^ldaps?:\/\/\S+$/.test(place)) return true;
  const [hosts] = oracleHosts.exec(place) ?? [];
  return hosts !== undefined && oracleService.test(place.slice(hosts.length));
}

function db2Reasons(rest: string): string[] {
  // Without a host, the driver connects to a database that its client knows.
  const form =
    /^(?:\/\/(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?\/)?[\w$#@-]+(?::(?:\w+=[^;]*;)+)?$/;
  return form.test(rest) ? [] : ['must be //host:port/database:name=value;'];
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}
