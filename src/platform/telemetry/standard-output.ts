import { pino } from 'pino';
import { limits } from '../../core/limits.js';

const STDOUT = 1;

/**
 * Writes log lines to a descriptor, standard output by default. Lines that a full disk or a reader
 * that has left does not take are lost; they end nothing.
 */
export function standardOutput(descriptor = STDOUT): ReturnType<typeof pino.destination> {
  const stream = pino.destination({
    dest: descriptor,
    sync: false,
    maxLength: limits.logBufferBytesMax,
  });
  stream.on('error', () => undefined);
  return stream;
}
