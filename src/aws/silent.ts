/** A logger that says nothing: without one the SDK writes to the console. */
export const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/** The same for clients, which tell of each answer, and hand over a copy of it without secrets: who cannot be told costs none. */
export const untold = { ...silent, info: undefined, error: undefined } as unknown as typeof silent;
