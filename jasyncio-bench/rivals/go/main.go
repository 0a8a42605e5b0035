// Workloads, servers and the client in Go: main WORKLOAD PEER [ARGUMENT...]
//
// The number of threads comes from GOMAXPROCS: with 1 it is one thread like an event loop.
package main

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math/rand"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	million    = 1_000_000
	passes     = 5
	host       = "127.0.0.1:"
	concurrent = 100
	warmUps    = 5_000
	moreWarm   = 100_000
	requests   = 20_000
)

var peer string

func show(metric string, value float64, unit string) {
	fmt.Printf("%s %s %.4g %s\n", metric, peer, value, unit)
}

func cpuNanos() float64 {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return float64(usage.Utime.Nano() + usage.Stime.Nano())
}

func processBytes(key string) float64 {
	status, err := os.ReadFile("/proc/self/status")
	check(err)
	for _, line := range strings.Split(string(status), "\n") {
		if words := strings.Fields(line); len(words) > 1 && words[0] == key+":" {
			kibibytes, err := strconv.Atoi(words[1])
			check(err)
			return float64(kibibytes) * 1024
		}
	}
	return 0
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func timed(metric string, operations int, body func()) {
	body()
	var wall, cpu []float64
	for i := 0; i < passes; i++ {
		start, cpuStart := time.Now(), cpuNanos()
		body()
		wall = append(wall, float64(time.Since(start).Nanoseconds())/float64(operations))
		cpu = append(cpu, (cpuNanos()-cpuStart)/float64(operations))
	}
	sort.Float64s(wall)
	sort.Float64s(cpu)
	show(metric, wall[passes/2], "ns")
	show(metric+".cpu", cpu[passes/2], "ns")
}

func together(count int, body func(index int)) {
	var group sync.WaitGroup
	group.Add(count)
	for i := 0; i < count; i++ {
		go func(index int) {
			defer group.Done()
			body(index)
		}(i)
	}
	group.Wait()
}

func yields(tasks, each int) func() {
	return func() {
		together(tasks, func(int) {
			for i := 0; i < each; i++ {
				runtime.Gosched()
			}
		})
	}
}

func queuePingPong() {
	there, back := make(chan int, 1), make(chan int, 1)
	together(2, func(index int) {
		for i := 0; i < million; i++ {
			if index == 0 {
				there <- i
				<-back
			} else {
				back <- <-there
			}
		}
	})
}

// A future is a channel with room for the one result.
func futurePingPong() {
	first, second := make(chan int, 1), make(chan int, 1)
	together(2, func(index int) {
		for i := 0; i < million; i++ {
			if index == 0 {
				mine := second
				first <- i
				<-mine
			} else {
				value, theirs := <-first, second
				first, second = make(chan int, 1), make(chan int, 1)
				theirs <- value
			}
		}
	})
}

func throughQueue(producers, items int) func() {
	return func() {
		queue := make(chan int, 100)
		together(producers+1, func(index int) {
			if index > 0 {
				for i := 0; i < items; i++ {
					queue <- i
				}
				return
			}
			for i := 0; i < producers*items; i++ {
				<-queue
			}
		})
	}
}

func sleepers() {
	before, start := processBytes("VmRSS"), time.Now()
	together(million, func(int) { time.Sleep(time.Duration(rand.Float64() * 1e9)) })
	show("w5_sleep_total", float64(time.Since(start).Microseconds())/1e3, "ms")
	show("w5_sleep_rss", (processBytes("VmHWM")-before)/(1<<20), "MiB")
}

func cancelTimers() {
	timers := make([]*time.Timer, million)
	for i := range timers {
		due := time.Minute + time.Duration(i)*time.Microsecond
		timers[i] = time.AfterFunc(due, func() {})
	}
	for _, timer := range timers {
		timer.Stop()
	}
	runtime.Gosched()
}

func heapBytes() float64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc + stats.StackInuse)
}

func memory() {
	events := make([]chan struct{}, million)
	heap, rss := heapBytes(), processBytes("VmRSS")
	var group sync.WaitGroup
	group.Add(million)
	for i := range events {
		event := make(chan struct{})
		events[i] = event
		go func() {
			<-event
			group.Done()
		}()
	}
	time.Sleep(500 * time.Millisecond) // until all of them wait
	show("w6_heap", (heapBytes()-heap)/million, "B")
	show("w6_rss", (processBytes("VmRSS")-rss)/million, "B")
	for _, event := range events {
		close(event)
	}
	group.Wait()
}

// Needs GOMAXPROCS=2: the poster has a thread of its own.
func posts() {
	callbacks := make(chan func(), 1<<16)
	calls := 0
	go func() {
		runtime.LockOSThread()
		for i := 0; i < 2*million; i++ {
			callbacks <- func() { calls++ }
		}
	}()
	for i := 0; i < 2*million; i++ {
		(<-callbacks)()
	}
}

// The system call is made directly, so that 64 threads are blocked at a time.
func blockingSleeps() {
	start := time.Now()
	slots := make(chan struct{}, 64)
	together(10_000, func(int) {
		slots <- struct{}{}
		pause := syscall.NsecToTimespec(10_000_000)
		_ = syscall.Nanosleep(&pause, nil) // returns early if a signal comes
		<-slots
	})
	show("w8_block64", float64(time.Since(start).Microseconds())/1e3, "ms")
}

func generator() {
	items, sum := make(chan int), 0
	go func() {
		for i := 0; i < 5*million; i++ {
			items <- i
		}
		close(items)
	}()
	for item := range items {
		sum += item
	}
}

func compete() {
	var lock sync.Mutex
	together(100, func(int) {
		for i := 0; i < 10_000; i++ {
			lock.Lock()
			runtime.Gosched()
			lock.Unlock()
		}
	})
}

func subprocesses(count int) {
	for i := 0; i < count; i++ {
		check(exec.Command("true").Run())
	}
}

func micro(name string) bool {
	switch name {
	case "w1_spawn":
		timed(name, million, func() {
			for batch := 0; batch < 100; batch++ {
				together(10_000, func(int) {})
			}
		})
	case "w2_yield1":
		timed(name, 5*million, yields(1, 5*million))
	case "w2_yield1000":
		timed(name, 5*million, yields(1000, 5000))
	case "w3_queue":
		timed(name, million, queuePingPong)
	case "w3_future":
		timed(name, million, futurePingPong)
	case "w4_1p1c":
		timed(name, 2*million, throughQueue(1, 2*million))
	case "w4_100p1c":
		timed(name, 2*million, throughQueue(100, 20_000))
	case "w5_sleep":
		sleepers()
	case "w5_cancel":
		timed(name, million, cancelTimers)
	case "w6_mem":
		memory()
	case "w7_call":
		timed(name, 2*million, posts)
	case "w8_block":
		blockingSleeps()
	case "w9_agen":
		timed(name, 5*million, generator)
	case "w10_lock":
		timed(name, million, compete)
	case "w16_subproc":
		subprocesses(20)
		start := time.Now()
		subprocesses(500)
		show(name, float64(time.Since(start).Microseconds())/1e3/500, "ms")
	case "hello":
		time.Sleep(time.Millisecond)
		fmt.Println("hello")
	default:
		return false
	}
	return true
}

func listen(port, folder string) net.Listener {
	listener, err := net.Listen("tcp", host+port)
	check(err)
	if folder == "" {
		return listener
	}
	certificate, err := tls.LoadX509KeyPair(folder+"/cert.pem", folder+"/key.pem")
	check(err)
	return tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{certificate}})
}

func serveEcho(listener net.Listener) {
	fmt.Println("READY")
	for {
		connection, err := listener.Accept()
		check(err)
		go func() {
			defer connection.Close()
			buffer := make([]byte, 16*1024)
			for {
				count, err := connection.Read(buffer)
				if err != nil {
					return
				}
				if _, err = connection.Write(buffer[:count]); err != nil {
					return
				}
			}
		}()
	}
}

func serveHTTP(listener net.Listener) {
	http.HandleFunc("/", func(response http.ResponseWriter, _ *http.Request) {
		response.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(response, "Hello, World!") // fails if the client went away
	})
	http.HandleFunc("/json", func(response http.ResponseWriter, _ *http.Request) {
		response.Header().Set("Content-Type", "application/json")
		body, err := json.Marshal(map[string]string{"message": "Hello, World!"})
		check(err)
		_, _ = response.Write(body)
	})
	fmt.Println("READY")
	check(http.Serve(listener, nil))
}

func fetch(client *http.Client, url string, count int64) {
	var begun int64
	together(concurrent, func(int) {
		for atomic.AddInt64(&begun, 1) <= count {
			response, err := client.Get(url)
			check(err)
			bytes, err := io.Copy(io.Discard, response.Body)
			check(err)
			check(response.Body.Close())
			if response.StatusCode != 200 || bytes < 100 {
				log.Fatalf("status %d, %d bytes", response.StatusCode, bytes)
			}
		}
	})
}

func fetches(name string, before int64, url string) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: concurrent}}
	fetch(client, url, before)
	start, cpu := time.Now(), cpuNanos()
	fetch(client, url, requests)
	show(name, requests/time.Since(start).Seconds(), "req/s")
	show(name+".cpu", (cpuNanos()-cpu)/requests/1e3, "us")
}

func main() {
	name := os.Args[1]
	peer = os.Args[2]
	switch name {
	case "serve_echo":
		serveEcho(listen(os.Args[3], ""))
	case "serve_tls":
		serveEcho(listen(os.Args[3], os.Args[4]))
	case "serve_http":
		serveHTTP(listen(os.Args[3], ""))
	case "w13_client":
		fetches(name, warmUps, os.Args[3])
	case "w13_warm":
		fetches(name, moreWarm, os.Args[3])
	default:
		if !micro(name) {
			log.Fatalf("there is no workload %s", name)
		}
	}
}
