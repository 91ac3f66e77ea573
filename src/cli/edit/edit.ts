import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBoundedFile, UnfitFile } from '../../platform/storage/bounded-file.js';
import { secretNameOf } from '../connection/secret-name.js';
import type { CommandCall } from '../program/command-call.js';
import { reportWrite } from '../secrets/report-write.js';
import { editSecret } from './edit-session.js';
import { editorWords } from './editor-words.js';
import { interruptibly } from './interruptions.js';
import { memoryFolders } from '../private-folder/memory-folders.js';
import { createPrivateFolder } from '../private-folder/private-folder.js';
import { removePrivateFolder } from '../private-folder/remove-private-folder.js';
import { programFile } from './program-file.js';
import { runEditor } from './run-editor.js';

/** Longest text: a Secret has at most 1 MiB, which base64 and quotes make longer. */
const TEXT_BYTES_MAX = 7 * 1024 * 1024;

/** Edits a Secret in the editor of the user. */
export async function edit(call: CommandCall): Promise<void> {
  const { terminal } = call;
  const words = editorWords(terminal.env, (one) => programFile(one, terminal.env['PATH']));
  const { gateway, namespace } = await call.connect();
  const secret = secretNameOf(call.argument(0), namespace);
  let isEditing = false;
  let folder: string | undefined;
  const editText = async (text: string, signal: AbortSignal): Promise<string> => {
    folder ??= editFolder(call);
    const file = join(folder, `${secret.name}.yaml`);
    writeFileSync(file, text, { mode: 0o600 });
    isEditing = true;
    await runEditor({ words, file, signal }, terminal).finally(() => (isEditing = false));
    return editedText(file);
  };
  const result = await interruptibly({
    run: (signal) => {
      const target = { gateway, secret, options: call.writeOptions(), signal };
      const isInteractive = terminal.isInputTerminal;
      return editSecret(target, {
        isInteractive,
        editText: (text) => editText(text, signal),
        asksAgain: (message) => asksAgain(message, terminal),
      });
    },
    clean: () => {
      if (folder !== undefined) removePrivateFolder(folder);
    },
    // The terminal sends an interrupt to the editor too, which decides about it.
    ignores: (signal) => signal === 'SIGINT' && isEditing && terminal.isInputTerminal,
  });
  if (result === undefined) call.confirm(`${secret.namespace}/${secret.name}: nothing has changed`);
  else reportWrite(call, secret, result);
}

/** Asks whether to write again; yes unless the user says no, which opens the editor again. */
async function asksAgain(message: string, terminal: CommandCall['terminal']): Promise<boolean> {
  terminal.err(`${message}: nothing was written\n`);
  const answer = await terminal.readLine('write again? [Y/n] ');
  return !/^n/i.test(answer.trim());
}

function editFolder({ terminal }: CommandCall): string {
  const places = { inMemory: memoryFolders(terminal), onDisk: tmpdir() };
  const { path, isInMemory } = createPrivateFolder('edit', places);
  if (!isInMemory) {
    terminal.err(`warning: the file with the values is on a disk, in ${path}\n`);
  }
  return path;
}

function editedText(file: string): string {
  try {
    return readBoundedFile(file, { bytesMax: TEXT_BYTES_MAX }).toString('utf8');
  } catch (error) {
    if (error instanceof UnfitFile) throw new Error(`the edited file ${error.message}`);
    throw new Error('the editor has left no file: nothing was written');
  }
}
