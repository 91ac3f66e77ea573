import { createConnection } from 'mysql2/promise';
import { startServer, type ServerAddress } from './managed-server.js';
import { findProgram } from './programs.js';
import type { ServerFolder } from './server-folder.js';
import type { TestServer, TestServerOptions } from './test-server.js';
import { runUnprivileged } from './unprivileged.js';

const LOGIN_MS_MAX = 2_000;
const DEBIAN_PACKAGE = 'mariadb-server';

const defaults = {
  'bind-address': '127.0.0.1',
  'require-secure-transport': 'ON',
  'skip-name-resolve': 'ON',
  'general-log': 'ON',
  'log-output': 'FILE',
  'max-connections': '200',
  'innodb-buffer-pool-size': '32M',
  'innodb-log-file-size': '8M',
  // Processes are killed here, machines are not: a commit need not reach the disk.
  'innodb-flush-log-at-trx-commit': '2',
};

/** A MariaDB server that logs every statement; `admin` is the only user that may do all. */
export function startMariadb(options: TestServerOptions = {}): Promise<TestServer> {
  return startServer(
    {
      name: 'mariadb',
      logFiles: ['general.log'],
      stopSignal: 'SIGTERM',
      prepare,
      command: (folder, port) => command({ folder, port, options }),
      logIn,
    },
    options,
  );
}

async function prepare(folder: ServerFolder): Promise<void> {
  const { username, password } = folder.admin;
  const users = await folder.write(
    'users.sql',
    [
      // Until then the server that runs this does not know of users.
      'FLUSH PRIVILEGES;',
      `CREATE USER '${username}'@'%' IDENTIFIED BY '${password}';`,
      `GRANT ALL PRIVILEGES ON *.* TO '${username}'@'%' WITH GRANT OPTION;`,
      "DROP USER 'root'@'localhost';\n",
    ].join('\n'),
  );
  await runUnprivileged(folder.dir, [
    findProgram('mariadb-install-db', DEBIAN_PACKAGE),
    ...['--no-defaults', `--datadir=${folder.at('data')}`, `--extra-file=${users}`],
    ...['--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'],
    '--innodb-log-file-size=8M',
  ]);
}

function command(parts: {
  folder: ServerFolder;
  port: number;
  options: TestServerOptions;
}): readonly [string, ...string[]] {
  const { folder, port, options } = parts;
  const settings = {
    ...defaults,
    port: String(port),
    datadir: folder.at('data'),
    socket: folder.at('mariadb.sock'),
    'pid-file': folder.at('mariadb.pid'),
    'general-log-file': folder.at('general.log'),
    'ssl-cert': folder.certificateFile,
    'ssl-key': folder.keyFile,
    ...options.settings,
  };
  const set = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
  return [findProgram('mariadbd', DEBIAN_PACKAGE), '--no-defaults', ...set];
}

async function logIn({ host, port, ca, admin }: ServerAddress): Promise<void> {
  const connection = await createConnection({
    ...{ host, port, user: admin.username, password: admin.password },
    ssl: { ca, verifyIdentity: false },
    connectTimeout: LOGIN_MS_MAX,
  });
  await connection.end();
}
