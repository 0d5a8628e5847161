package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/metrics"
	"github.com/boligklar/boligklar/internal/office"
	"github.com/boligklar/boligklar/internal/office/finder"
	"github.com/boligklar/boligklar/internal/search"
	"github.com/boligklar/boligklar/internal/search/fts"
	"github.com/boligklar/boligklar/internal/search/meili"
	"github.com/boligklar/boligklar/internal/storage"
	"github.com/boligklar/boligklar/web"
)

// searchFolder holds the embedded index inside the data folder.
const searchFolder = "search"

// openFinder opens the search of the office's listings. An index that cannot be
// opened is none: searches then go through the store.
func (a *app) openFinder(ctx context.Context, db *storage.DB, o *office.Office, log *slog.Logger) (*finder.Finder, func() error, error) {
	engine, err := a.openEngine(ctx)
	if err != nil {
		if apperr.CodeOf(err) != apperr.Unavailable {
			return nil, nil, err
		}
		log.WarnContext(ctx, "no search index", "error", err.Error())
		engine = nil
	}
	places, err := search.Register(web.PostalCodes())
	if err != nil {
		return nil, nil, err
	}
	f := finder.New(finder.Config{DB: db, Office: o, Engine: engine, Places: places, Logger: log})
	return f, func() error {
		if engine == nil {
			return nil
		}
		return engine.Close()
	}, nil
}

// openEngine opens the engine of the settings. Whether a Meilisearch server can
// be reached is seen when it is used: it may come up later than we do.
func (a *app) openEngine(ctx context.Context) (search.Engine, error) {
	if a.config.MeiliURL != "" {
		return meili.Open(meili.Config{URL: a.config.MeiliURL, Key: cmp.Or(a.config.MeiliKey, strings.TrimSpace(a.config.MeiliKeyFile)), Municipality: a.config.Municipality})
	}
	return fts.Open(ctx, filepath.Join(a.config.Data, searchFolder), a.config.Municipality)
}

// startFinder opens the search and keeps its index level with the store until
// stop is called.
func (a *app) startFinder(ctx context.Context, db *storage.DB, o *office.Office, log *slog.Logger) (f *finder.Finder, stop func(), err error) {
	f, closeFinder, err := a.openFinder(ctx, db, o, log)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.Follow(ctx)
	}()
	return f, func() {
		cancel()
		<-done
		_ = closeFinder() // the index is disposable
	}, nil
}

// searchMetrics tells how far the search index is behind.
func searchMetrics(f *finder.Finder) func(*metrics.Metrics) {
	return func(m *metrics.Metrics) {
		m.Follow("boligklar_search_behind_seconds", "Since the search index was last known to have everything; 0 while it does.",
			func(context.Context) (float64, error) { return f.Health().Behind.Seconds(), nil })
		m.Follow("boligklar_search_behind_transactions", "Transactions of the store that the search index has not seen; -1 where it does not answer.",
			func(ctx context.Context) (float64, error) {
				n, err := f.Lag(ctx)
				return float64(n), err
			})
	}
}

// withFinder opens the search on the store of --data.
func (a *app) withFinder(ctx context.Context, fn func(*finder.Finder) error) error {
	return a.withStore(ctx, func(db *storage.DB) (err error) {
		o := a.office(db)
		f, closeFinder, err := a.openFinder(ctx, db, o, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, closeFinder()) }()
		return fn(f)
	})
}

func searchCommand(a *app) *cobra.Command {
	var req search.Request
	var filters []string
	cmd := &cobra.Command{
		Use:   "search [--] QUERY",
		Short: "Find listings by words and filters, as staff type them",
		Long: `Search finds listings. The query is free words, with slips of the finger, and
phrases that mean a filter: under 7000, 3 soverom, ledig nå, hund, nav garanti.
Put a phrase in quotes, and a minus before a word that must not be there (and --
before the query where it begins with one). The same filters can be given with
--filter FIELD=VALUE; values separated by commas, or given one by one, are
alternatives, and numbers may be 5000-7000, <=7000, 3+.`,
		Example: `  boligklar search "hybel selfors nav garanti under 7000"
  boligklar search "3 soverom rullestol" --near 8610
  boligklar search --filter dwelling_type=studio --filter "rent<=7000" --sort rent ""
  boligklar search --format json -- "-kjeller tromsøgata"`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			req.Query = strings.Join(args, " ")
			if req.Limit < 1 || req.Limit > search.MaxLimit {
				return usageError{fmt.Errorf("--limit: give a number of hits from 1 to %d", search.MaxLimit)}
			}
			for _, text := range filters {
				name, value, ok := search.CutFilter(text)
				if !ok {
					return usageError{errors.New("--filter " + text + ": give FIELD=VALUE")}
				}
				f, err := search.ParseFilter(name, value)
				if err != nil {
					return usageError{errors.New("--filter " + text + ": " + a.lang.Error(err))}
				}
				req.Filters = append(req.Filters, f)
			}
			req.Filters = search.Join(req.Filters)
			return a.withFinder(cmd.Context(), func(f *finder.Finder) error {
				// Without the index the search goes through the store.
				if err := f.CatchUp(cmd.Context()); err != nil && apperr.CodeOf(err) != apperr.Unavailable {
					return err
				}
				answer, err := f.Search(cmd.Context(), req)
				if err != nil {
					return err
				}
				if a.format == "json" {
					return a.printJSON(answer.Output())
				}
				return a.printAnswer(answer)
			})
		},
	}
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w (a query that begins with a minus comes after --)", err)}
	})
	fl := cmd.Flags()
	fl.StringArrayVar(&filters, "filter", nil, "FIELD=VALUE, as often as needed")
	fl.StringVar(&req.Sort, "sort", "", "relevance, rent, available_from, confirmed_on or distance; with a minus before it backwards")
	fl.StringVar(&req.Near, "near", "", "postal code or place to measure distances from")
	fl.IntVar(&req.Limit, "limit", search.DefaultLimit, "at most so many hits")
	a.formats(cmd, "text", "json")
	return cmd
}

func (a *app) printAnswer(answer *finder.Answer) error {
	p := printer{w: a.stdout}
	for _, r := range answer.Plan.Recognised {
		p.printf("  %s: %s %s %v\n", r.Text, r.Field, r.Op, r.Value)
	}
	p.printf("%s\n", a.lang.T("cli.search.total", map[string]any{"N": answer.Total}))
	if answer.Relaxed {
		p.printf("%s\n", a.lang.T("cli.search.relaxed", nil))
	}
	if answer.Engine == "store" {
		p.printf("%s\n", a.lang.T("cli.search.store", nil))
	}
	if answer.LeftOut != nil {
		p.printf("%s\n", a.lang.T("cli.search.left_out", map[string]any{"Text": answer.LeftOut.Text}))
	}
	for _, w := range answer.Output().Without {
		p.printf("%s\n", a.lang.T("cli.search.without", map[string]any{"Text": cmp.Or(w.Text, a.lang.T("cli.search.words", nil)), "N": w.Total}))
	}
	for i := range answer.Hits {
		h := &answer.Hits[i]
		l := &h.Listing
		rent := "-"
		if l.Rent != nil {
			rent = a.lang.T("cli.search.rent", map[string]any{"N": *l.Rent})
		}
		distance := ""
		if h.Distance != nil {
			distance = a.lang.T("cli.search.km", map[string]any{"Km": math.Round(*h.Distance*10) / 10})
		} else if answer.Plan.Near.HasPoint {
			distance = a.lang.T("cli.search.no_point", nil)
		}
		p.printf("%-12s %-32s %-16s %-14s %10s  %s\n", h.Key, l.Address, l.PostalPlace, l.DwellingType, rent, distance)
	}
	return p.err
}

func reindexCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "reindex",
		Short: "Build the search index anew beside the old one, and swap",
		Long: `Reindex builds the search index from the store. The old index answers until the
new one is whole. It is never needed in ordinary work: the index follows the
store by itself, and is built anew where it is missing, damaged or of an older
form.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withFinder(cmd.Context(), func(f *finder.Finder) error {
				n, err := f.Rebuild(cmd.Context())
				if err != nil {
					return err
				}
				return a.report(nil, "cli.reindex.done", map[string]any{"N": n})
			})
		},
	}
}

func placesCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{Use: "places", Short: "Postal codes with their coordinates, for distances"}
	cmd.AddCommand(&cobra.Command{
		Use:   "import FILE",
		Short: "Take in postal codes with place, municipality, lat and lon (.csv, .json)",
		Long: `Import replaces the imported postal codes. The file is CSV with a header, or a
JSON array of objects, with the columns code, place, municipality, lat and lon
(postnummer, poststed, kommunenummer, breddegrad, lengdegrad). The search index
follows by itself.`,
		Example: "  boligklar places import postnummer.csv",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := os.ReadFile(args[0])
			if err != nil {
				return apperr.Wrap(err, apperr.Unreadable, "The file %s cannot be read.", filepath.Base(args[0]))
			}
			places, err := search.ReadPlaces(data)
			if err != nil {
				return err
			}
			return a.withFinder(cmd.Context(), func(f *finder.Finder) error {
				if err := f.SetPlaces(cmd.Context(), places); err != nil {
					return err
				}
				return a.report(nil, "cli.places.done", map[string]any{"N": len(places)})
			})
		},
	})
	return cmd
}

func synonymsCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "synonyms",
		Short: "Show and change the words that mean the same in a search",
		Long: `Synonyms are groups of words that mean the same, one group a line, separated by
commas. Every change is a version with its author, and holds within a second.
Staff change them in the browser as well (/admin/synonyms).`,
		Example: "  boligklar synonyms show > synonymer.txt\n  boligklar synonyms set synonymer.txt",
	}
	cmd.AddCommand(&cobra.Command{Use: "show", Short: "Print the list in use", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return a.withFinder(cmd.Context(), func(f *finder.Finder) error {
			list, err := f.Synonyms(cmd.Context())
			return a.print([]byte(search.FormatSynonyms(list.Groups)), err)
		})
	}}, &cobra.Command{Use: "set FILE", Short: "Save a new version of the list", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		data, err := os.ReadFile(args[0])
		if err != nil {
			return apperr.Wrap(err, apperr.Unreadable, "The file %s cannot be read.", filepath.Base(args[0]))
		}
		groups, err := search.ParseSynonyms(string(data))
		if err != nil {
			return err
		}
		return a.withFinder(cmd.Context(), func(f *finder.Finder) error {
			list, err := f.Synonyms(cmd.Context())
			if err != nil {
				return err
			}
			if list, err = f.SetSynonyms(cmd.Context(), list.Number, groups, a.who(), a.now()); err != nil {
				return err
			}
			return a.report(nil, "cli.synonyms.done", map[string]any{"Number": list.Number, "N": len(list.Groups)})
		})
	}})
	return cmd
}
