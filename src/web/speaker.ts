/** Plays what `sounds.ts` describes, through the browser's own audio: no file, nothing to fetch. */
import { type Family, TONES } from "./sounds.ts";

export interface Speaker {
  /** `volume`: 0 to 1. Tells the page of it as the event `ui-sound`, with the family. */
  play(family: Family, volume: number): void;
}

/** Tones begin and end softly: a step would click. */
const EDGE_S = 0.01;

export function createSpeaker(): Speaker {
  let context: AudioContext | undefined;
  return {
    play(family, volume) {
      dispatchEvent(new CustomEvent("ui-sound", { detail: { family } }));
      context ??= new AudioContext();
      // A browser gives no sound before the first key or click; then it does.
      if (context.state === "suspended") void context.resume();
      for (const { hz, at, seconds, shape } of TONES[family]) {
        const start = context.currentTime + at;
        const oscillator = context.createOscillator();
        const gain = context.createGain();
        oscillator.type = shape;
        oscillator.frequency.value = hz;
        gain.gain.setValueAtTime(0, start);
        gain.gain.linearRampToValueAtTime(volume, start + EDGE_S);
        gain.gain.setValueAtTime(volume, start + seconds - EDGE_S);
        gain.gain.linearRampToValueAtTime(0, start + seconds);
        oscillator.connect(gain).connect(context.destination);
        oscillator.start(start);
        oscillator.stop(start + seconds);
      }
    },
  };
}
