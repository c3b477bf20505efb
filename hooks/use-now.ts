import { useEffect, useState } from 'react';

const wholeSecond = () => Math.floor(Date.now() / 1000) * 1000;

/** Epoch ms of the current whole second: clocks and countdowns need no more, and a frame that did not change is not written. */
export function useNow(): number {
  const [now, setNow] = useState(wholeSecond);
  useEffect(() => {
    const timer = setInterval(() => setNow(wholeSecond()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
