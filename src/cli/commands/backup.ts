import { parseArgs } from 'node:util';
import { loadConfig } from '../../platform/config/config.js';
import { backUpDatabase } from '../../platform/storage/back-up-database.js';
import { SQLITE_URL } from '../../platform/storage/storage-location.js';
import { type CommandIo, type ExitCode, UsageError } from '../command.js';

export const summary = 'copies the SQLite database while the gateway runs';

export const usage = `sallyport backup FOLDER [OPTIONS]

Copies the database, as it is at one moment, to FOLDER/sallyport.db, which must not be there yet.
The gateway may run meanwhile. The copy holds no key: those of the history and of the audit log are
files of their own, to be kept elsewhere (docs/back-up-and-restore.md says which).

  --config FILE  settings, as in sallyport.example.yaml; variables SALLYPORT_* win

It only reads, so the audit log does not mention it. PostgreSQL is backed up with pg_dump. Ends with
0, or with 2 where it could not be done.`;

const options = { config: { type: 'string' } } as const;

export async function run(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) throw new UsageError('name one folder');
  const config = loadConfig(values.config === undefined ? {} : { file: values.config });
  if (config.storage.url !== SQLITE_URL) {
    throw new UsageError('the database is PostgreSQL: use pg_dump');
  }
  io.out(`${backUpDatabase(config.dataDir, folder)}\n`);
  return 0;
}
