// Command measure runs another command and prints, as JSON, how long it took and how much memory it had at its peak:
// Node.js knows the latter of itself but not of its children.
//
//	measure [-timeout 5m] [-until-served] COMMAND [ARGUMENT...]
//
// With -until-served the command is a server: {address} in its arguments becomes a free address on this machine, the
// time ends with the first answer from there, and the command is then killed. A run that takes longer than the timeout is killed too and says so.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

type result struct {
	WallMs   float64 `json:"wallMs"`
	CPUMs    float64 `json:"cpuMs"` // user and system, all threads
	RSSBytes int64   `json:"rssBytes"`
	ExitCode int     `json:"exitCode"` // -1: killed
	TimedOut bool    `json:"timedOut"`
	Stdout   string  `json:"stdout"` // the first KiB
	Stderr   string  `json:"stderr"`
}

func main() {
	timeout := flag.Duration("timeout", 5*time.Minute, "kill the command after this time")
	untilServed := flag.Bool("until-served", false, "the time ends when {address} answers")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: measure [-timeout 5m] [-until-served] COMMAND [ARGUMENT...]")
		os.Exit(2)
	}
	args, url := flag.Args(), ""
	if *untilServed {
		address, err := freeAddress()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		url = "http://" + address + "/"
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "{address}", address)
		}
	}
	r, err := measure(args, *timeout, url)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	json.NewEncoder(os.Stdout).Encode(r)
}

func measure(args []string, timeout time.Duration, url string) (result, error) {
	var stdout, stderr firstKiB
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	// What the command started may hold the pipes open after it was killed.
	cmd.WaitDelay = time.Second
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return result{}, err
	}
	answered := make(chan time.Duration, 1)
	if url != "" {
		go func() {
			if waitForAnswer(ctx, url) {
				answered <- time.Since(start)
				cmd.Process.Kill()
			}
		}()
	}
	cmd.Wait()
	wall := time.Since(start)
	select {
	case wall = <-answered:
	default:
	}
	state := cmd.ProcessState
	return result{
		WallMs:   float64(wall.Microseconds()) / 1000,
		CPUMs:    float64((state.UserTime() + state.SystemTime()).Microseconds()) / 1000,
		RSSBytes: peakMemory(state),
		ExitCode: state.ExitCode(),
		TimedOut: ctx.Err() != nil,
		Stdout:   stdout.kept.String(),
		Stderr:   stderr.kept.String(),
	}, nil
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// waitForAnswer reports whether url answered before ctx ended. A server that listens before it is ready keeps the
// request waiting, and that is waited for too.
func waitForAnswer(ctx context.Context, url string) bool {
	for ctx.Err() == nil {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return false
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			response.Body.Close()
			return true
		}
		time.Sleep(10 * time.Millisecond)
	}
	return false
}

// peakMemory is the largest resident set in bytes; Linux counts it in KiB, macOS in bytes (getrusage(2)).
func peakMemory(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return int64(usage.Maxrss)
	}
	return int64(usage.Maxrss) * 1024
}

// firstKiB keeps the beginning of what is written to it and takes the rest without a word. The buffer is not embedded:
// its ReadFrom would go around Write.
type firstKiB struct{ kept bytes.Buffer }

func (b *firstKiB) Write(p []byte) (int, error) {
	if room := 1024 - b.kept.Len(); room > 0 {
		b.kept.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}
