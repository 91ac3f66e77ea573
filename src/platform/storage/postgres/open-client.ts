import { Socket } from 'node:net';
import pg from 'pg';
import { clientSettings } from './client-settings.js';
import type { Pace } from './paces.js';

export interface OpenClient {
  readonly client: pg.Client;
  /** Ends the connection immediately: pending operations fail, and the server may never know. */
  readonly drop: () => void;
}

/** Opens a separate connection; throws the client's error if there is none in time. */
export async function openClient(url: string, pace: Pace): Promise<OpenClient> {
  const socket = new Socket();
  // The client reports the error itself.
  socket.on('error', () => undefined);
  const client = new pg.Client({ ...clientSettings(url, pace), stream: () => socket });
  // The next user receives the error; without a listener the process would end.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return { client, drop: () => void socket.destroy() };
}
