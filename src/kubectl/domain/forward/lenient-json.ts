/** Parses JSON; undefined if it is invalid. Only for input that is forwarded unchanged. */
export function lenientJson(bytes: Buffer | undefined): unknown {
  try {
    return JSON.parse((bytes ?? Buffer.alloc(0)).toString('utf8'));
  } catch {
    return undefined;
  }
}
