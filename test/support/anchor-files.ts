import { parseCheckpointText } from '../../src/audit/log/domain/checkpoint.js';
import { parseNote, splitNotes } from '../../src/audit/log/domain/signed-note.js';

/** Sizes of the checkpoints in an anchor file, in order, whoever has signed them. */
export function sizesInAnchor(text: string): readonly number[] {
  return splitNotes(text).flatMap((note) => {
    const size = parseCheckpointText(parseNote(note)?.text ?? '')?.size;
    return size === undefined ? [] : [size];
  });
}
