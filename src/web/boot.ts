/** What a browser loads first: chooses the language, then starts the pages in it. */
import { chooseLanguage, LANGUAGE_KEY, languageTag, textDirection, useLanguage } from "./language.ts";

async function boot(): Promise<void> {
  try {
    await useLanguage(chooseLanguage(localStorage.getItem(LANGUAGE_KEY), navigator.languages));
  } catch (error) {
    // The node has just stopped, or was replaced by another version: English is better than an empty page.
    console.warn("The language could not be loaded.", error);
  }
  document.documentElement.lang = languageTag();
  document.documentElement.dir = textDirection();
  await import("./main.ts");
}

void boot();
