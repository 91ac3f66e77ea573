import { limits } from '../../../core/limits.js';
import type { NameMapping, TextEntries } from './text-entries.js';
import { renderVariables } from './variables.js';

/**
 * Renders lines for `docker run --env-file`, which takes the text after `=` as the value. Throws
 * Invalid naming keys that are no variable, or whose value this file cannot contain.
 * https://github.com/docker/cli/blob/master/pkg/kvfile/kvfile.go
 */
export function renderDocker(entries: TextEntries, names: NameMapping | undefined): string {
  return renderVariables(entries, names, { problemOf, quoted: (text) => text });
}

function problemOf(name: string, text: string): string | undefined {
  if (/[\n\r]/.test(text)) return 'has a line break, which format=docker cannot contain';
  // Recent versions of Docker remove such quotes, earlier versions do not.
  if (/^(['"]).*\1$/.test(text)) return 'begins and ends with a quote, which Docker may remove';
  const lineBytes = Buffer.byteLength(`${name}=${text}\n`);
  const max = limits.dockerLineBytesMax;
  return lineBytes < max ? undefined : `has a line of ${max} bytes or more, which Docker refuses`;
}
