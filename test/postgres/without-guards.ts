const guards: Readonly<Record<string, readonly string[]>> = {
  audit_entries: ['audit_unchanged', 'audit_pruned'],
  audit_queue: ['audit_unchanged', 'audit_integrated'],
  audit_sequencer: ['audit_unchanged'],
  audit_names: ['audit_unchanged', 'audit_pruned'],
  audit_tiles: ['audit_unchanged'],
  audit_checkpoints: ['audit_unchanged', 'audit_thinned'],
  audit_head: ['audit_unchanged', 'audit_grows'],
};

/** Statements of the owner that change the audit log without its guards, which are back then. */
export function withoutGuards(sql: string): string {
  const tables = Object.keys(guards);
  const disabled = tables.map((table) => `ALTER TABLE ${table} DISABLE TRIGGER USER`);
  const enabled = Object.entries(guards).flatMap(([table, triggers]) =>
    triggers.map((trigger) => `ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${trigger}`),
  );
  return ['BEGIN', ...disabled, sql, ...enabled, 'COMMIT'].join(';\n');
}
