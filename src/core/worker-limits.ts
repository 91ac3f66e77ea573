/** Bounds of the processes that answer beside the main one, with their units in the names. */
export const workerLimits = {
  workersMax: 16,
  /** From its fork until a worker listens; who takes longer is ended and started again. */
  workerStartMsMax: 60_000,
  /** Before a worker that has died is started again; doubled each time, up to the second. */
  workerRestartMsMin: 100,
  workerRestartMsMax: 10_000,
  /** Whoever has lived for so long died of something else than its start. */
  workerSettledMs: 60_000,
  /** How long a worker may take to say that it knows of a write before it is ended. */
  workerNoteMsMax: 2_000,
  /** Behind that, for what it has said already to be read. */
  workerNoteGraceMs: 250,
  /** Between looks whether all of them still do. */
  workerLookMs: 5_000,
  /** A question of a worker to the main process. */
  workerQuestionMsMax: 5_000,
  workerQuestionsMax: 4_096,
  /** For the counters of a worker. */
  workerMeasureMsMax: 1_000,
  /** The words that a connection between worker and main process begins with. */
  greetingBytesMax: 256,
  greetingMsMax: 5_000,
  /** Of an answer of the main process that is passed back. */
  answerHeaderBytesMax: 256 * 1024,
  /** Connections to the main process that it has not taken yet. */
  doorBacklogMax: 4_096,
  /** Of the path of a unix socket; the system's own is 107. */
  socketPathBytesMax: 100,
} as const;
