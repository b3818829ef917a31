// Command oracle prints what golang.org/x/exp/trace, the Go team's own reader,
// finds in an execution trace, as JSON to compare another reader against.
//
//	go run . FILE.trace
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/exp/trace"
)

// Total is a number of intervals and their summed length in nanoseconds.
type Total struct {
	Count int   `json:"count"`
	Ns    int64 `json:"ns"`
}

func (t *Total) add(d trace.Time) { t.Count++; t.Ns += int64(d) }

// Function sums up the goroutines that share an entry function.
type Function struct {
	Goroutines int   `json:"goroutines"`
	RunningNs  int64 `json:"runningNs"`
	RunnableNs int64 `json:"runnableNs"`
	WaitingNs  int64 `json:"waitingNs"`
	SyscallNs  int64 `json:"syscallNs"`
}

// Summary is what the oracle prints.
type Summary struct {
	Error       string               `json:"error,omitempty"`
	DurationNs  int64                `json:"durationNs"`   // last event's time less the first's
	Goroutines  int                  `json:"goroutines"`   // distinct goroutine ids seen in transitions
	Procs       int                  `json:"procs"`        // distinct proc ids seen in transitions
	Threads     int                  `json:"threads"`      // distinct thread ids seen on any event
	Transitions map[string]int       `json:"transitions"`  // "goroutine" and "proc" state transitions
	Events      map[string]int       `json:"events"`       // every other event by kind
	States      map[string]*Total    `json:"states"`       // goroutine time by state
	WaitReasons map[string]*Total    `json:"waitReasons"`  // goroutine waiting time by reason
	Functions   map[string]*Function `json:"functions"`    // by entry function
	AtEnd       map[string]int       `json:"atEnd"`        // goroutines by state when the trace ends
	WaitingAt   map[string]int       `json:"waitingAtEnd"` // reason + " @ " + innermost non-runtime, non-sync frame
	Metrics     map[string][3]uint64 `json:"metrics"`      // name: samples, min, max
	Ranges      map[string]int       `json:"ranges"`       // name: begins
	Tasks       map[string]int       `json:"tasks"`        // name: begins
	Regions     map[string]int       `json:"regions"`      // name: begins
}

type gor struct {
	state  trace.GoState
	since  trace.Time
	reason string
	site   string
	entry  string
	ns     map[string]int64
}

func root(s trace.Stack) string {
	var last string
	for f := range s.Frames() {
		last = f.Func
	}
	return last
}

func site(s trace.Stack) string {
	first := ""
	for f := range s.Frames() {
		at := fmt.Sprintf("%s:%d", f.Func, f.Line)
		if first == "" {
			first = at
		}
		if !strings.HasPrefix(f.Func, "runtime.") && !strings.HasPrefix(f.Func, "sync.") && !strings.HasPrefix(f.Func, "internal/") {
			return at
		}
	}
	return first
}

func name(s trace.GoState) string { return strings.ToLower(s.String()) }

func main() {
	f, err := os.Open(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	out := summarize(bufio.NewReaderSize(f, 1<<20))
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", " ")
	e.Encode(out)
}

func summarize(in io.Reader) *Summary {
	o := &Summary{Transitions: map[string]int{}, Events: map[string]int{}, States: map[string]*Total{}, WaitReasons: map[string]*Total{},
		Functions: map[string]*Function{}, AtEnd: map[string]int{}, WaitingAt: map[string]int{}, Metrics: map[string][3]uint64{},
		Ranges: map[string]int{}, Tasks: map[string]int{}, Regions: map[string]int{}}
	r, err := trace.NewReader(in)
	if err != nil {
		o.Error = err.Error()
		return o
	}
	gs := map[trace.GoID]*gor{}
	ps := map[trace.ProcID]bool{}
	ms := map[trace.ThreadID]bool{}
	var first, last trace.Time
	n := 0
	total := func(m map[string]*Total, k string) *Total {
		if m[k] == nil {
			m[k] = &Total{}
		}
		return m[k]
	}
	closeSpan := func(g *gor, at trace.Time) {
		if g.state == trace.GoNotExist || g.state == trace.GoUndetermined {
			return
		}
		d := at - g.since
		total(o.States, name(g.state)).add(d)
		g.ns[name(g.state)] += int64(d)
		if g.state == trace.GoWaiting {
			total(o.WaitReasons, g.reason).add(d)
		}
	}
	for {
		ev, err := r.ReadEvent()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			o.Error = err.Error()
			break
		}
		t := ev.Time()
		if n == 0 {
			first = t
		}
		n++
		if ev.Kind() != trace.EventSync {
			last = t
		}
		if ev.Thread() != trace.NoThread {
			ms[ev.Thread()] = true
		}
		switch ev.Kind() {
		case trace.EventStateTransition:
			st := ev.StateTransition()
			switch st.Resource.Kind {
			case trace.ResourceProc:
				o.Transitions["proc"]++
				ps[st.Resource.Proc()] = true
			case trace.ResourceGoroutine:
				o.Transitions["goroutine"]++
				id := st.Resource.Goroutine()
				from, to := st.Goroutine()
				g := gs[id]
				if g == nil {
					g = &gor{state: from, since: first, ns: map[string]int64{}}
					gs[id] = g
				}
				if from == to && g.state == to {
					// A new generation states the state again: the span goes on.
					if g.site == "" {
						g.site = site(st.Stack)
					}
					break
				}
				if from != trace.GoUndetermined {
					closeSpan(g, t)
				}
				if g.entry == "" {
					if s := root(st.Stack); s != "" {
						g.entry = s
					}
				}
				g.state, g.since, g.reason, g.site = to, t, st.Reason, site(st.Stack)
				if from == trace.GoUndetermined {
					g.since = first // it was in this state since before the trace began
				}
			}
		case trace.EventMetric:
			m := ev.Metric()
			if m.Value.Kind() == trace.ValueUint64 {
				v := m.Value.Uint64()
				x, ok := o.Metrics[m.Name]
				if !ok {
					x = [3]uint64{0, v, v}
				}
				x[0]++
				x[1] = min(x[1], v)
				x[2] = max(x[2], v)
				o.Metrics[m.Name] = x
			}
		case trace.EventRangeBegin:
			o.Ranges[ev.Range().Name]++
		case trace.EventTaskBegin:
			o.Tasks[ev.Task().Type]++
		case trace.EventRegionBegin:
			o.Regions[ev.Region().Type]++
		}
		if ev.Kind() != trace.EventStateTransition {
			o.Events[strings.ToLower(ev.Kind().String())]++
		}
	}
	o.DurationNs = int64(last - first)
	o.Goroutines, o.Procs, o.Threads = len(gs), len(ps), len(ms)
	for _, g := range gs {
		closeSpan(g, last)
		if g.state != trace.GoNotExist && g.state != trace.GoUndetermined {
			o.AtEnd[name(g.state)]++
		}
		if g.state == trace.GoWaiting {
			o.WaitingAt[g.reason+" @ "+g.site]++
		}
		fn := o.Functions[g.entry]
		if fn == nil {
			fn = &Function{}
			o.Functions[g.entry] = fn
		}
		fn.Goroutines++
		fn.RunningNs += g.ns["running"]
		fn.RunnableNs += g.ns["runnable"]
		fn.WaitingNs += g.ns["waiting"]
		fn.SyscallNs += g.ns["syscall"]
	}
	return o
}
