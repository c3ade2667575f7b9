/**
 * Patrons and items: the view behind a barcode, and search.
 */
import type { Desk } from "../desk/desk.ts";
import { defineRoute, type Route, toJson } from "./route.ts";
import { barcodePath, searchQuery } from "./schema.ts";
import * as views from "./schema-views.ts";

export function createRecordRoutes(desk: Desk): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/api/patrons",
      summary: "Search patrons: at most 20",
      query: searchQuery,
      answers: { 200: { text: "Hits, best first", schema: views.patronHits } },
      run: async ({ query }) => toJson(await desk.patrons(query.q)),
    }),
    defineRoute({
      method: "get",
      path: "/api/patrons/{barcode}",
      summary: "The patron behind a barcode, known or not",
      params: barcodePath,
      answers: { 200: { text: "What is known, and how old it is", schema: views.patron } },
      run: async ({ params }) => toJson(await desk.patron(params.barcode)),
    }),
    defineRoute({
      method: "get",
      path: "/api/items",
      summary: "Search items by title, author, call number: at most 20",
      query: searchQuery,
      answers: { 200: { text: "Hits, best first", schema: views.items } },
      run: async ({ query }) => toJson(await desk.items(query.q)),
    }),
    defineRoute({
      method: "get",
      path: "/api/items/{barcode}",
      summary: "The item behind a barcode, known or not",
      params: barcodePath,
      answers: { 200: { text: "What is known, and how old it is", schema: views.item } },
      run: async ({ params }) => toJson(await desk.item(params.barcode)),
    }),
    defineRoute({
      method: "get",
      path: "/api/scan/{barcode}",
      summary: "What a scanned code is: a patron, an item, both, or unknown",
      params: barcodePath,
      answers: { 200: { text: "Only what is known", schema: views.scan } },
      run: async ({ params }) => toJson(await desk.scan(params.barcode)),
    }),
  ];
}
