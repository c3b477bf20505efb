export { TurnedClock as ManualClock } from '../../src/range/turned-clock.ts';
