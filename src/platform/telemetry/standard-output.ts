import { pino } from 'pino';
import { limits } from '../../core/limits.js';

const STDOUT = 1;

/**
 * Writes log lines to a descriptor, standard output by default. If a full disk or an ended reader
 * does not accept lines, they are lost, but nothing ends.
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
