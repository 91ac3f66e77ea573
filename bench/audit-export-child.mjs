// Exports a log into a file, as a process that does nothing else, so that its memory can be told.
// Its starter, audit-verify.ts, passes the compiled program, and sends where the log is.
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

const [program = ''] = process.argv.slice(2);

process.once('message', async ({ location, verifiers, checkpoint, file }) => {
  const { openForThread } = await import(`${program}/platform/storage/open-for-thread.js`);
  const { LogStore } = await import(`${program}/audit/log/log-store.js`);
  const { TileReader } = await import(`${program}/audit/log/tile-reader.js`);
  const { tlogExport } = await import(`${program}/audit/log/tlog-export.js`);
  const { AdoptedFile } = await import(`${program}/platform/storage/adopted-file.js`);
  const { identityOf } = await import(`${program}/platform/storage/file-identity.js`);
  // Memory is not shared with another process: this one takes the file as it is.
  const adopted = new AdoptedFile();
  if (location.dialect === 'sqlite') adopted.adopt(identityOf(location.path), undefined);
  const database = await openForThread({ ...location, adopted: adopted.memory });
  const store = new LogStore(database);
  const pieces = tlogExport({ store, tiles: new TileReader(store), verifiers, checkpoint });
  await pipeline(pieces, createWriteStream(file));
  await database.close();
  process.disconnect();
});
