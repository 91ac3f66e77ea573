import { Socket } from 'node:net';
import pg from 'pg';
import { clientSettings } from './client-settings.js';
import type { Pace } from './paces.js';

export interface OpenClient {
  readonly client: pg.Client;
  /** Ends the connection at once: whatever it waits for fails, and the server may never know. */
  readonly drop: () => void;
}

/** A connection of its own; throws what the client throws where there is none in time. */
export async function openClient(url: string, pace: Pace): Promise<OpenClient> {
  const socket = new Socket();
  // The client reports the error as its own.
  socket.on('error', () => undefined);
  const client = new pg.Client({ ...clientSettings(url, pace), stream: () => socket });
  // Whoever uses it next learns of its end; without a listener the process would end.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return { client, drop: () => void socket.destroy() };
}
