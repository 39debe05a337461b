// Written by scripts/generate-handlers: change that script, not this file.

/// Numbers of the handlers in the C dispatch loop: the first member of each family.
enum Handler {
  /// Numbers below this one have a result; the same word without a slot for it is this much further.
  static let resultCount: UInt16 = 1515
  static let i32Add: UInt16 = 0
  static let i32Sub: UInt16 = 5
  static let i32Mul: UInt16 = 10
  static let i32And: UInt16 = 15
  static let i32Or: UInt16 = 20
  static let i32Xor: UInt16 = 25
  static let i32Shl: UInt16 = 30
  static let i32ShrS: UInt16 = 35
  static let i32ShrU: UInt16 = 40
  static let i32Rotl: UInt16 = 45
  static let i32Rotr: UInt16 = 50
  static let i32DivS: UInt16 = 55
  static let i32DivU: UInt16 = 60
  static let i32RemS: UInt16 = 65
  static let i32RemU: UInt16 = 70
  static let i32Eq: UInt16 = 75
  static let i32Ne: UInt16 = 79
  static let i32LtS: UInt16 = 83
  static let i32LtU: UInt16 = 87
  static let i32GtS: UInt16 = 91
  static let i32GtU: UInt16 = 95
  static let i32LeS: UInt16 = 99
  static let i32LeU: UInt16 = 103
  static let i32GeS: UInt16 = 107
  static let i32GeU: UInt16 = 111
  static let i64Add: UInt16 = 115
  static let i64Sub: UInt16 = 120
  static let i64Mul: UInt16 = 125
  static let i64And: UInt16 = 130
  static let i64Or: UInt16 = 135
  static let i64Xor: UInt16 = 140
  static let i64Shl: UInt16 = 145
  static let i64ShrS: UInt16 = 150
  static let i64ShrU: UInt16 = 155
  static let i64Rotl: UInt16 = 160
  static let i64Rotr: UInt16 = 165
  static let i64DivS: UInt16 = 170
  static let i64DivU: UInt16 = 175
  static let i64RemS: UInt16 = 180
  static let i64RemU: UInt16 = 185
  static let i64Eq: UInt16 = 190
  static let i64Ne: UInt16 = 194
  static let i64LtS: UInt16 = 198
  static let i64LtU: UInt16 = 202
  static let i64GtS: UInt16 = 206
  static let i64GtU: UInt16 = 210
  static let i64LeS: UInt16 = 214
  static let i64LeU: UInt16 = 218
  static let i64GeS: UInt16 = 222
  static let i64GeU: UInt16 = 226
  static let f32Add: UInt16 = 230
  static let f32Sub: UInt16 = 237
  static let f32Mul: UInt16 = 244
  static let f32Div: UInt16 = 251
  static let f32Min: UInt16 = 258
  static let f32Max: UInt16 = 265
  static let f32Copysign: UInt16 = 272
  static let f32Eq: UInt16 = 279
  static let f32Ne: UInt16 = 283
  static let f32Lt: UInt16 = 287
  static let f32Gt: UInt16 = 291
  static let f32Le: UInt16 = 295
  static let f32Ge: UInt16 = 299
  static let f64Add: UInt16 = 303
  static let f64Sub: UInt16 = 310
  static let f64Mul: UInt16 = 317
  static let f64Div: UInt16 = 324
  static let f64Min: UInt16 = 331
  static let f64Max: UInt16 = 338
  static let f64Copysign: UInt16 = 345
  static let f64Eq: UInt16 = 352
  static let f64Ne: UInt16 = 356
  static let f64Lt: UInt16 = 360
  static let f64Gt: UInt16 = 364
  static let f64Le: UInt16 = 368
  static let f64Ge: UInt16 = 372
  static let i32Clz: UInt16 = 376
  static let i32Ctz: UInt16 = 378
  static let i32Popcnt: UInt16 = 380
  static let i32Extend8S: UInt16 = 382
  static let i32Extend16S: UInt16 = 384
  static let i64Clz: UInt16 = 386
  static let i64Ctz: UInt16 = 388
  static let i64Popcnt: UInt16 = 390
  static let i64Extend8S: UInt16 = 392
  static let i64Extend16S: UInt16 = 394
  static let i64Extend32S: UInt16 = 396
  static let f32Abs: UInt16 = 398
  static let f32Neg: UInt16 = 400
  static let f32Ceil: UInt16 = 402
  static let f32Floor: UInt16 = 404
  static let f32Trunc: UInt16 = 406
  static let f32Nearest: UInt16 = 408
  static let f32Sqrt: UInt16 = 410
  static let f64Abs: UInt16 = 412
  static let f64Neg: UInt16 = 414
  static let f64Ceil: UInt16 = 416
  static let f64Floor: UInt16 = 418
  static let f64Trunc: UInt16 = 420
  static let f64Nearest: UInt16 = 422
  static let f64Sqrt: UInt16 = 424
  static let i32WrapI64: UInt16 = 426
  static let i64ExtendI32S: UInt16 = 428
  static let i64ExtendI32U: UInt16 = 430
  static let i32TruncF32S: UInt16 = 432
  static let i32TruncSatF32S: UInt16 = 434
  static let i32TruncF64S: UInt16 = 436
  static let i32TruncSatF64S: UInt16 = 438
  static let i32TruncF32U: UInt16 = 440
  static let i32TruncSatF32U: UInt16 = 442
  static let i32TruncF64U: UInt16 = 444
  static let i32TruncSatF64U: UInt16 = 446
  static let i64TruncF32S: UInt16 = 448
  static let i64TruncSatF32S: UInt16 = 450
  static let i64TruncF64S: UInt16 = 452
  static let i64TruncSatF64S: UInt16 = 454
  static let i64TruncF32U: UInt16 = 456
  static let i64TruncSatF32U: UInt16 = 458
  static let i64TruncF64U: UInt16 = 460
  static let i64TruncSatF64U: UInt16 = 462
  static let f32ConvertI32S: UInt16 = 464
  static let f32ConvertI32U: UInt16 = 466
  static let f32ConvertI64S: UInt16 = 468
  static let f32ConvertI64U: UInt16 = 470
  static let f64ConvertI32S: UInt16 = 472
  static let f64ConvertI32U: UInt16 = 474
  static let f64ConvertI64S: UInt16 = 476
  static let f64ConvertI64U: UInt16 = 478
  static let f32DemoteF64: UInt16 = 480
  static let f64PromoteF32: UInt16 = 482
  static let i32ReinterpretF32: UInt16 = 484
  static let i64ReinterpretF64: UInt16 = 486
  static let f32ReinterpretI32: UInt16 = 488
  static let f64ReinterpretI64: UInt16 = 490
  static let i32AddShl: UInt16 = 492
  static let f64MulAdd: UInt16 = 495
  static let f64MulSub: UInt16 = 497
  static let f32Canonical: UInt16 = 499
  static let f64Canonical: UInt16 = 500
  static let i32Load: UInt16 = 501
  static let i64Load: UInt16 = 518
  static let f32Load: UInt16 = 535
  static let f64Load: UInt16 = 552
  static let i32Load8S: UInt16 = 569
  static let i32Load8U: UInt16 = 577
  static let i32Load16S: UInt16 = 585
  static let i32Load16U: UInt16 = 602
  static let i64Load8S: UInt16 = 619
  static let i64Load8U: UInt16 = 627
  static let i64Load16S: UInt16 = 635
  static let i64Load16U: UInt16 = 652
  static let i64Load32S: UInt16 = 669
  static let i64Load32U: UInt16 = 686
  static let i32Store: UInt16 = 3030
  static let i64Store: UInt16 = 3057
  static let f32Store: UInt16 = 3084
  static let f64Store: UInt16 = 3102
  static let i32Store8: UInt16 = 3120
  static let i32Store16: UInt16 = 3135
  static let i64Store8: UInt16 = 3162
  static let i64Store16: UInt16 = 3177
  static let i64Store32: UInt16 = 3204
  static let addressFar: UInt16 = 703
  static let memoryAt32: UInt16 = 704
  static let memoryAt64: UInt16 = 705
  static let atomicAligned: UInt16 = 3231
  static let atomicWait: UInt16 = 3232
  static let atomicRmw8Add: UInt16 = 706
  static let atomicRmw8Sub: UInt16 = 707
  static let atomicRmw8And: UInt16 = 708
  static let atomicRmw8Or: UInt16 = 709
  static let atomicRmw8Xor: UInt16 = 710
  static let atomicRmw8Xchg: UInt16 = 711
  static let atomicRmw8Cmpxchg: UInt16 = 712
  static let atomicRmw16Add: UInt16 = 713
  static let atomicRmw16Sub: UInt16 = 714
  static let atomicRmw16And: UInt16 = 715
  static let atomicRmw16Or: UInt16 = 716
  static let atomicRmw16Xor: UInt16 = 717
  static let atomicRmw16Xchg: UInt16 = 718
  static let atomicRmw16Cmpxchg: UInt16 = 719
  static let atomicRmw32Add: UInt16 = 720
  static let atomicRmw32Sub: UInt16 = 721
  static let atomicRmw32And: UInt16 = 722
  static let atomicRmw32Or: UInt16 = 723
  static let atomicRmw32Xor: UInt16 = 724
  static let atomicRmw32Xchg: UInt16 = 725
  static let atomicRmw32Cmpxchg: UInt16 = 726
  static let atomicRmw64Add: UInt16 = 727
  static let atomicRmw64Sub: UInt16 = 728
  static let atomicRmw64And: UInt16 = 729
  static let atomicRmw64Or: UInt16 = 730
  static let atomicRmw64Xor: UInt16 = 731
  static let atomicRmw64Xchg: UInt16 = 732
  static let atomicRmw64Cmpxchg: UInt16 = 733
  static let memoryBack: UInt16 = 3233
  static let memorySizeOf: UInt16 = 734
  static let tableIndex: UInt16 = 735
  static let brI32Eq: UInt16 = 3234
  static let brI32Ne: UInt16 = 3238
  static let brI32LtS: UInt16 = 3242
  static let brI32LtU: UInt16 = 3246
  static let brI32GtS: UInt16 = 3250
  static let brI32GtU: UInt16 = 3254
  static let brI32LeS: UInt16 = 3258
  static let brI32LeU: UInt16 = 3262
  static let brI32GeS: UInt16 = 3266
  static let brI32GeU: UInt16 = 3270
  static let brI64Eq: UInt16 = 3274
  static let brI64Ne: UInt16 = 3278
  static let brI64LtS: UInt16 = 3282
  static let brI64LtU: UInt16 = 3286
  static let brI64GtS: UInt16 = 3290
  static let brI64GtU: UInt16 = 3294
  static let brI64LeS: UInt16 = 3298
  static let brI64LeU: UInt16 = 3302
  static let brI64GeS: UInt16 = 3306
  static let brI64GeU: UInt16 = 3310
  static let brF32Eq: UInt16 = 3314
  static let brF32Ne: UInt16 = 3318
  static let brF32Lt: UInt16 = 3322
  static let brF32Gt: UInt16 = 3326
  static let brF32Le: UInt16 = 3330
  static let brF32Ge: UInt16 = 3334
  static let brF32Nlt: UInt16 = 3338
  static let brF32Ngt: UInt16 = 3342
  static let brF32Nle: UInt16 = 3346
  static let brF32Nge: UInt16 = 3350
  static let brF64Eq: UInt16 = 3354
  static let brF64Ne: UInt16 = 3358
  static let brF64Lt: UInt16 = 3362
  static let brF64Gt: UInt16 = 3366
  static let brF64Le: UInt16 = 3370
  static let brF64Ge: UInt16 = 3374
  static let brF64Nlt: UInt16 = 3378
  static let brF64Ngt: UInt16 = 3382
  static let brF64Nle: UInt16 = 3386
  static let brF64Nge: UInt16 = 3390
  static let br: UInt16 = 3394
  static let brTable: UInt16 = 3395
  static let select: UInt16 = 736
  static let selectI32Eq: UInt16 = 738
  static let selectI32Ne: UInt16 = 740
  static let selectI32LtS: UInt16 = 742
  static let selectI32LtU: UInt16 = 744
  static let selectI32GtS: UInt16 = 746
  static let selectI32GtU: UInt16 = 748
  static let selectI32LeS: UInt16 = 750
  static let selectI32LeU: UInt16 = 752
  static let selectI32GeS: UInt16 = 754
  static let selectI32GeU: UInt16 = 756
  static let selectI64Eq: UInt16 = 758
  static let selectI64Ne: UInt16 = 760
  static let selectI64LtS: UInt16 = 762
  static let selectI64LtU: UInt16 = 764
  static let selectI64GtS: UInt16 = 766
  static let selectI64GtU: UInt16 = 768
  static let selectI64LeS: UInt16 = 770
  static let selectI64LeU: UInt16 = 772
  static let selectI64GeS: UInt16 = 774
  static let selectI64GeU: UInt16 = 776
  static let const32: UInt16 = 3399
  static let const64: UInt16 = 3400
  static let move: UInt16 = 3401
  static let moveFar: UInt16 = 3402
  static let enter: UInt16 = 3403
  static let fuel: UInt16 = 3404
  static let unreachable: UInt16 = 3405
  static let globalGet: UInt16 = 778
  static let globalSetS: UInt16 = 3406
  static let globalSetA: UInt16 = 3407
  static let tableGet: UInt16 = 779
  static let tableSet: UInt16 = 3408
  static let tableSize: UInt16 = 780
  static let refIsNull: UInt16 = 781
  static let memorySize: UInt16 = 782
  static let memoryFill: UInt16 = 3409
  static let memoryCopy: UInt16 = 3410
  static let service: UInt16 = 3411
  static let call: UInt16 = 3412
  static let callExternal: UInt16 = 3413
  static let callIndirectS: UInt16 = 3414
  static let callIndirectA: UInt16 = 3415
  static let callRefS: UInt16 = 3416
  static let callRefA: UInt16 = 3417
  static let returnCallRefS: UInt16 = 3418
  static let returnCallRefA: UInt16 = 3419
  static let refAsNonNull: UInt16 = 3420
  static let returnCall: UInt16 = 3421
  static let returnCallIndirectS: UInt16 = 3422
  static let returnCallIndirectA: UInt16 = 3423
  static let returnNone: UInt16 = 3424
  static let returnOneS: UInt16 = 3425
  static let returnOneA: UInt16 = 3426
  static let returnMany: UInt16 = 3427
  static let untranslated: UInt16 = 3428
  static let exit: UInt16 = 3429
  static let i8x16Splat: UInt16 = 783
  static let i8x16ExtractLaneS: UInt16 = 785
  static let i8x16ExtractLaneU: UInt16 = 786
  static let i8x16ReplaceLane: UInt16 = 787
  static let i16x8Splat: UInt16 = 791
  static let i16x8ExtractLaneS: UInt16 = 793
  static let i16x8ExtractLaneU: UInt16 = 794
  static let i16x8ReplaceLane: UInt16 = 795
  static let i32x4Splat: UInt16 = 799
  static let i32x4ExtractLane: UInt16 = 801
  static let i32x4ReplaceLane: UInt16 = 802
  static let i64x2Splat: UInt16 = 806
  static let i64x2ExtractLane: UInt16 = 808
  static let i64x2ReplaceLane: UInt16 = 809
  static let f32x4Splat: UInt16 = 813
  static let f32x4ExtractLane: UInt16 = 815
  static let f32x4ReplaceLane: UInt16 = 816
  static let f64x2Splat: UInt16 = 820
  static let f64x2ExtractLane: UInt16 = 822
  static let f64x2ReplaceLane: UInt16 = 823
  static let i8x16Eq: UInt16 = 827
  static let i8x16Ne: UInt16 = 830
  static let i8x16LtS: UInt16 = 833
  static let i8x16LtU: UInt16 = 836
  static let i8x16GtS: UInt16 = 839
  static let i8x16GtU: UInt16 = 842
  static let i8x16LeS: UInt16 = 845
  static let i8x16LeU: UInt16 = 848
  static let i8x16GeS: UInt16 = 851
  static let i8x16GeU: UInt16 = 854
  static let i16x8Eq: UInt16 = 857
  static let i16x8Ne: UInt16 = 860
  static let i16x8LtS: UInt16 = 863
  static let i16x8LtU: UInt16 = 866
  static let i16x8GtS: UInt16 = 869
  static let i16x8GtU: UInt16 = 872
  static let i16x8LeS: UInt16 = 875
  static let i16x8LeU: UInt16 = 878
  static let i16x8GeS: UInt16 = 881
  static let i16x8GeU: UInt16 = 884
  static let i32x4Eq: UInt16 = 887
  static let i32x4Ne: UInt16 = 890
  static let i32x4LtS: UInt16 = 893
  static let i32x4LtU: UInt16 = 896
  static let i32x4GtS: UInt16 = 899
  static let i32x4GtU: UInt16 = 902
  static let i32x4LeS: UInt16 = 905
  static let i32x4LeU: UInt16 = 908
  static let i32x4GeS: UInt16 = 911
  static let i32x4GeU: UInt16 = 914
  static let i64x2Eq: UInt16 = 917
  static let i64x2Ne: UInt16 = 920
  static let i64x2LtS: UInt16 = 923
  static let i64x2GtS: UInt16 = 926
  static let i64x2LeS: UInt16 = 929
  static let i64x2GeS: UInt16 = 932
  static let f32x4Eq: UInt16 = 935
  static let f32x4Ne: UInt16 = 938
  static let f32x4Lt: UInt16 = 941
  static let f32x4Gt: UInt16 = 944
  static let f32x4Le: UInt16 = 947
  static let f32x4Ge: UInt16 = 950
  static let f64x2Eq: UInt16 = 953
  static let f64x2Ne: UInt16 = 956
  static let f64x2Lt: UInt16 = 959
  static let f64x2Gt: UInt16 = 962
  static let f64x2Le: UInt16 = 965
  static let f64x2Ge: UInt16 = 968
  static let v128Not: UInt16 = 971
  static let v128And: UInt16 = 973
  static let v128Andnot: UInt16 = 976
  static let v128Or: UInt16 = 979
  static let v128Xor: UInt16 = 982
  static let v128Bitselect: UInt16 = 985
  static let v128AnyTrue: UInt16 = 988
  static let i8x16Abs: UInt16 = 990
  static let i8x16Neg: UInt16 = 992
  static let i8x16AllTrue: UInt16 = 994
  static let i8x16Bitmask: UInt16 = 996
  static let i8x16Shl: UInt16 = 998
  static let i8x16ShrS: UInt16 = 1004
  static let i8x16ShrU: UInt16 = 1010
  static let i8x16Add: UInt16 = 1016
  static let i8x16Sub: UInt16 = 1019
  static let i8x16AddSatS: UInt16 = 1022
  static let i8x16AddSatU: UInt16 = 1025
  static let i8x16SubSatS: UInt16 = 1028
  static let i8x16SubSatU: UInt16 = 1031
  static let i8x16AvgrU: UInt16 = 1034
  static let i8x16MinS: UInt16 = 1037
  static let i8x16MinU: UInt16 = 1040
  static let i8x16MaxS: UInt16 = 1043
  static let i8x16MaxU: UInt16 = 1046
  static let i16x8Abs: UInt16 = 1049
  static let i16x8Neg: UInt16 = 1051
  static let i16x8AllTrue: UInt16 = 1053
  static let i16x8Bitmask: UInt16 = 1055
  static let i16x8Shl: UInt16 = 1057
  static let i16x8ShrS: UInt16 = 1063
  static let i16x8ShrU: UInt16 = 1069
  static let i16x8Add: UInt16 = 1075
  static let i16x8Sub: UInt16 = 1078
  static let i16x8Mul: UInt16 = 1081
  static let i16x8AddSatS: UInt16 = 1084
  static let i16x8AddSatU: UInt16 = 1087
  static let i16x8SubSatS: UInt16 = 1090
  static let i16x8SubSatU: UInt16 = 1093
  static let i16x8AvgrU: UInt16 = 1096
  static let i16x8MinS: UInt16 = 1099
  static let i16x8MinU: UInt16 = 1102
  static let i16x8MaxS: UInt16 = 1105
  static let i16x8MaxU: UInt16 = 1108
  static let i32x4Abs: UInt16 = 1111
  static let i32x4Neg: UInt16 = 1113
  static let i32x4AllTrue: UInt16 = 1115
  static let i32x4Bitmask: UInt16 = 1117
  static let i32x4Shl: UInt16 = 1119
  static let i32x4ShrS: UInt16 = 1125
  static let i32x4ShrU: UInt16 = 1131
  static let i32x4Add: UInt16 = 1137
  static let i32x4Sub: UInt16 = 1140
  static let i32x4Mul: UInt16 = 1143
  static let i32x4MinS: UInt16 = 1146
  static let i32x4MinU: UInt16 = 1149
  static let i32x4MaxS: UInt16 = 1152
  static let i32x4MaxU: UInt16 = 1155
  static let i64x2Abs: UInt16 = 1158
  static let i64x2Neg: UInt16 = 1160
  static let i64x2AllTrue: UInt16 = 1162
  static let i64x2Bitmask: UInt16 = 1164
  static let i64x2Shl: UInt16 = 1166
  static let i64x2ShrS: UInt16 = 1172
  static let i64x2ShrU: UInt16 = 1178
  static let i64x2Add: UInt16 = 1184
  static let i64x2Sub: UInt16 = 1187
  static let i64x2Mul: UInt16 = 1190
  static let i8x16Popcnt: UInt16 = 1193
  static let i16x8ExtaddPairwiseI8x16S: UInt16 = 1195
  static let i8x16NarrowI16x8S: UInt16 = 1197
  static let i16x8ExtendLowI8x16S: UInt16 = 1200
  static let i16x8ExtmulLowI8x16S: UInt16 = 1202
  static let i16x8ExtendHighI8x16S: UInt16 = 1205
  static let i16x8ExtmulHighI8x16S: UInt16 = 1207
  static let i16x8ExtaddPairwiseI8x16U: UInt16 = 1210
  static let i8x16NarrowI16x8U: UInt16 = 1212
  static let i16x8ExtendLowI8x16U: UInt16 = 1215
  static let i16x8ExtmulLowI8x16U: UInt16 = 1217
  static let i16x8ExtendHighI8x16U: UInt16 = 1220
  static let i16x8ExtmulHighI8x16U: UInt16 = 1222
  static let i32x4ExtaddPairwiseI16x8S: UInt16 = 1225
  static let i16x8NarrowI32x4S: UInt16 = 1227
  static let i32x4ExtendLowI16x8S: UInt16 = 1230
  static let i32x4ExtmulLowI16x8S: UInt16 = 1232
  static let i32x4ExtendHighI16x8S: UInt16 = 1235
  static let i32x4ExtmulHighI16x8S: UInt16 = 1237
  static let i32x4ExtaddPairwiseI16x8U: UInt16 = 1240
  static let i16x8NarrowI32x4U: UInt16 = 1242
  static let i32x4ExtendLowI16x8U: UInt16 = 1245
  static let i32x4ExtmulLowI16x8U: UInt16 = 1247
  static let i32x4ExtendHighI16x8U: UInt16 = 1250
  static let i32x4ExtmulHighI16x8U: UInt16 = 1252
  static let i64x2ExtendLowI32x4S: UInt16 = 1255
  static let i64x2ExtmulLowI32x4S: UInt16 = 1257
  static let i64x2ExtendHighI32x4S: UInt16 = 1260
  static let i64x2ExtmulHighI32x4S: UInt16 = 1262
  static let i64x2ExtendLowI32x4U: UInt16 = 1265
  static let i64x2ExtmulLowI32x4U: UInt16 = 1267
  static let i64x2ExtendHighI32x4U: UInt16 = 1270
  static let i64x2ExtmulHighI32x4U: UInt16 = 1272
  static let i32x4DotI16x8S: UInt16 = 1275
  static let i16x8Q15mulrSatS: UInt16 = 1278
  static let i8x16Swizzle: UInt16 = 1281
  static let i8x16Shuffle: UInt16 = 1284
  static let f32x4Abs: UInt16 = 1287
  static let f32x4Neg: UInt16 = 1289
  static let f32x4Sqrt: UInt16 = 1291
  static let f32x4Ceil: UInt16 = 1293
  static let f32x4Floor: UInt16 = 1295
  static let f32x4Trunc: UInt16 = 1297
  static let f32x4Nearest: UInt16 = 1299
  static let f32x4Add: UInt16 = 1301
  static let f32x4Sub: UInt16 = 1304
  static let f32x4Mul: UInt16 = 1307
  static let f32x4Div: UInt16 = 1310
  static let f32x4Min: UInt16 = 1313
  static let f32x4Max: UInt16 = 1316
  static let f32x4Pmin: UInt16 = 1319
  static let f32x4Pmax: UInt16 = 1322
  static let f32x4Madd: UInt16 = 1325
  static let f32x4Nmadd: UInt16 = 1328
  static let f32x4Canonical: UInt16 = 1331
  static let f64x2Abs: UInt16 = 1332
  static let f64x2Neg: UInt16 = 1334
  static let f64x2Sqrt: UInt16 = 1336
  static let f64x2Ceil: UInt16 = 1338
  static let f64x2Floor: UInt16 = 1340
  static let f64x2Trunc: UInt16 = 1342
  static let f64x2Nearest: UInt16 = 1344
  static let f64x2Add: UInt16 = 1346
  static let f64x2Sub: UInt16 = 1349
  static let f64x2Mul: UInt16 = 1352
  static let f64x2Div: UInt16 = 1355
  static let f64x2Min: UInt16 = 1358
  static let f64x2Max: UInt16 = 1361
  static let f64x2Pmin: UInt16 = 1364
  static let f64x2Pmax: UInt16 = 1367
  static let f64x2Madd: UInt16 = 1370
  static let f64x2Nmadd: UInt16 = 1373
  static let f64x2Canonical: UInt16 = 1376
  static let i32x4TruncSatF32x4S: UInt16 = 1377
  static let i32x4TruncSatF64x2SZero: UInt16 = 1379
  static let f32x4ConvertI32x4S: UInt16 = 1381
  static let f64x2ConvertLowI32x4S: UInt16 = 1383
  static let i32x4TruncSatF32x4U: UInt16 = 1385
  static let i32x4TruncSatF64x2UZero: UInt16 = 1387
  static let f32x4ConvertI32x4U: UInt16 = 1389
  static let f64x2ConvertLowI32x4U: UInt16 = 1391
  static let f32x4DemoteF64x2Zero: UInt16 = 1393
  static let f64x2PromoteLowF32x4: UInt16 = 1395
  static let i16x8RelaxedDotI8x16I7x16S: UInt16 = 1397
  static let i32x4RelaxedDotI8x16I7x16AddS: UInt16 = 1400
  static let v128Const: UInt16 = 1403
  static let v128Load: UInt16 = 1404
  static let v128Load8x8S: UInt16 = 1412
  static let v128Load8x8U: UInt16 = 1420
  static let v128Load16x4S: UInt16 = 1428
  static let v128Load16x4U: UInt16 = 1436
  static let v128Load32x2S: UInt16 = 1444
  static let v128Load32x2U: UInt16 = 1452
  static let v128Load8Splat: UInt16 = 1460
  static let v128Load16Splat: UInt16 = 1468
  static let v128Load32Splat: UInt16 = 1476
  static let v128Load64Splat: UInt16 = 1484
  static let v128Load32Zero: UInt16 = 1492
  static let v128Load64Zero: UInt16 = 1500
  static let v128Store: UInt16 = 3430
  static let v128Load8Lane: UInt16 = 1508
  static let v128Store8Lane: UInt16 = 3440
  static let v128Load16Lane: UInt16 = 1509
  static let v128Store16Lane: UInt16 = 3441
  static let v128Load32Lane: UInt16 = 1510
  static let v128Store32Lane: UInt16 = 3442
  static let v128Load64Lane: UInt16 = 1511
  static let v128Store64Lane: UInt16 = 3443
  static let selectV128: UInt16 = 1512
  static let moveV128: UInt16 = 3444
  static let globalGetV128: UInt16 = 1514
  static let globalSetV128S: UInt16 = 3445
  static let globalSetV128A: UInt16 = 3446
}

/// The families of vector instructions by their names in the text format.
enum VectorHandlers {
  static let byName: [String: UInt16] = [
    "i8x16.splat": 783,
    "i8x16.extract_lane_s": 785,
    "i8x16.extract_lane_u": 786,
    "i8x16.replace_lane": 787,
    "i16x8.splat": 791,
    "i16x8.extract_lane_s": 793,
    "i16x8.extract_lane_u": 794,
    "i16x8.replace_lane": 795,
    "i32x4.splat": 799,
    "i32x4.extract_lane": 801,
    "i32x4.replace_lane": 802,
    "i64x2.splat": 806,
    "i64x2.extract_lane": 808,
    "i64x2.replace_lane": 809,
    "f32x4.splat": 813,
    "f32x4.extract_lane": 815,
    "f32x4.replace_lane": 816,
    "f64x2.splat": 820,
    "f64x2.extract_lane": 822,
    "f64x2.replace_lane": 823,
    "i8x16.eq": 827,
    "i8x16.ne": 830,
    "i8x16.lt_s": 833,
    "i8x16.lt_u": 836,
    "i8x16.gt_s": 839,
    "i8x16.gt_u": 842,
    "i8x16.le_s": 845,
    "i8x16.le_u": 848,
    "i8x16.ge_s": 851,
    "i8x16.ge_u": 854,
    "i16x8.eq": 857,
    "i16x8.ne": 860,
    "i16x8.lt_s": 863,
    "i16x8.lt_u": 866,
    "i16x8.gt_s": 869,
    "i16x8.gt_u": 872,
    "i16x8.le_s": 875,
    "i16x8.le_u": 878,
    "i16x8.ge_s": 881,
    "i16x8.ge_u": 884,
    "i32x4.eq": 887,
    "i32x4.ne": 890,
    "i32x4.lt_s": 893,
    "i32x4.lt_u": 896,
    "i32x4.gt_s": 899,
    "i32x4.gt_u": 902,
    "i32x4.le_s": 905,
    "i32x4.le_u": 908,
    "i32x4.ge_s": 911,
    "i32x4.ge_u": 914,
    "i64x2.eq": 917,
    "i64x2.ne": 920,
    "i64x2.lt_s": 923,
    "i64x2.gt_s": 926,
    "i64x2.le_s": 929,
    "i64x2.ge_s": 932,
    "f32x4.eq": 935,
    "f32x4.ne": 938,
    "f32x4.lt": 941,
    "f32x4.gt": 944,
    "f32x4.le": 947,
    "f32x4.ge": 950,
    "f64x2.eq": 953,
    "f64x2.ne": 956,
    "f64x2.lt": 959,
    "f64x2.gt": 962,
    "f64x2.le": 965,
    "f64x2.ge": 968,
    "v128.not": 971,
    "v128.and": 973,
    "v128.andnot": 976,
    "v128.or": 979,
    "v128.xor": 982,
    "v128.bitselect": 985,
    "v128.any_true": 988,
    "i8x16.abs": 990,
    "i8x16.neg": 992,
    "i8x16.all_true": 994,
    "i8x16.bitmask": 996,
    "i8x16.shl": 998,
    "i8x16.shr_s": 1004,
    "i8x16.shr_u": 1010,
    "i8x16.add": 1016,
    "i8x16.sub": 1019,
    "i8x16.add_sat_s": 1022,
    "i8x16.add_sat_u": 1025,
    "i8x16.sub_sat_s": 1028,
    "i8x16.sub_sat_u": 1031,
    "i8x16.avgr_u": 1034,
    "i8x16.min_s": 1037,
    "i8x16.min_u": 1040,
    "i8x16.max_s": 1043,
    "i8x16.max_u": 1046,
    "i16x8.abs": 1049,
    "i16x8.neg": 1051,
    "i16x8.all_true": 1053,
    "i16x8.bitmask": 1055,
    "i16x8.shl": 1057,
    "i16x8.shr_s": 1063,
    "i16x8.shr_u": 1069,
    "i16x8.add": 1075,
    "i16x8.sub": 1078,
    "i16x8.mul": 1081,
    "i16x8.add_sat_s": 1084,
    "i16x8.add_sat_u": 1087,
    "i16x8.sub_sat_s": 1090,
    "i16x8.sub_sat_u": 1093,
    "i16x8.avgr_u": 1096,
    "i16x8.min_s": 1099,
    "i16x8.min_u": 1102,
    "i16x8.max_s": 1105,
    "i16x8.max_u": 1108,
    "i32x4.abs": 1111,
    "i32x4.neg": 1113,
    "i32x4.all_true": 1115,
    "i32x4.bitmask": 1117,
    "i32x4.shl": 1119,
    "i32x4.shr_s": 1125,
    "i32x4.shr_u": 1131,
    "i32x4.add": 1137,
    "i32x4.sub": 1140,
    "i32x4.mul": 1143,
    "i32x4.min_s": 1146,
    "i32x4.min_u": 1149,
    "i32x4.max_s": 1152,
    "i32x4.max_u": 1155,
    "i64x2.abs": 1158,
    "i64x2.neg": 1160,
    "i64x2.all_true": 1162,
    "i64x2.bitmask": 1164,
    "i64x2.shl": 1166,
    "i64x2.shr_s": 1172,
    "i64x2.shr_u": 1178,
    "i64x2.add": 1184,
    "i64x2.sub": 1187,
    "i64x2.mul": 1190,
    "i8x16.popcnt": 1193,
    "i16x8.extadd_pairwise_i8x16_s": 1195,
    "i8x16.narrow_i16x8_s": 1197,
    "i16x8.extend_low_i8x16_s": 1200,
    "i16x8.extmul_low_i8x16_s": 1202,
    "i16x8.extend_high_i8x16_s": 1205,
    "i16x8.extmul_high_i8x16_s": 1207,
    "i16x8.extadd_pairwise_i8x16_u": 1210,
    "i8x16.narrow_i16x8_u": 1212,
    "i16x8.extend_low_i8x16_u": 1215,
    "i16x8.extmul_low_i8x16_u": 1217,
    "i16x8.extend_high_i8x16_u": 1220,
    "i16x8.extmul_high_i8x16_u": 1222,
    "i32x4.extadd_pairwise_i16x8_s": 1225,
    "i16x8.narrow_i32x4_s": 1227,
    "i32x4.extend_low_i16x8_s": 1230,
    "i32x4.extmul_low_i16x8_s": 1232,
    "i32x4.extend_high_i16x8_s": 1235,
    "i32x4.extmul_high_i16x8_s": 1237,
    "i32x4.extadd_pairwise_i16x8_u": 1240,
    "i16x8.narrow_i32x4_u": 1242,
    "i32x4.extend_low_i16x8_u": 1245,
    "i32x4.extmul_low_i16x8_u": 1247,
    "i32x4.extend_high_i16x8_u": 1250,
    "i32x4.extmul_high_i16x8_u": 1252,
    "i64x2.extend_low_i32x4_s": 1255,
    "i64x2.extmul_low_i32x4_s": 1257,
    "i64x2.extend_high_i32x4_s": 1260,
    "i64x2.extmul_high_i32x4_s": 1262,
    "i64x2.extend_low_i32x4_u": 1265,
    "i64x2.extmul_low_i32x4_u": 1267,
    "i64x2.extend_high_i32x4_u": 1270,
    "i64x2.extmul_high_i32x4_u": 1272,
    "i32x4.dot_i16x8_s": 1275,
    "i16x8.q15mulr_sat_s": 1278,
    "i8x16.swizzle": 1281,
    "i8x16.shuffle": 1284,
    "f32x4.abs": 1287,
    "f32x4.neg": 1289,
    "f32x4.sqrt": 1291,
    "f32x4.ceil": 1293,
    "f32x4.floor": 1295,
    "f32x4.trunc": 1297,
    "f32x4.nearest": 1299,
    "f32x4.add": 1301,
    "f32x4.sub": 1304,
    "f32x4.mul": 1307,
    "f32x4.div": 1310,
    "f32x4.min": 1313,
    "f32x4.max": 1316,
    "f32x4.pmin": 1319,
    "f32x4.pmax": 1322,
    "f32x4.madd": 1325,
    "f32x4.nmadd": 1328,
    "f32x4.canonical": 1331,
    "f64x2.abs": 1332,
    "f64x2.neg": 1334,
    "f64x2.sqrt": 1336,
    "f64x2.ceil": 1338,
    "f64x2.floor": 1340,
    "f64x2.trunc": 1342,
    "f64x2.nearest": 1344,
    "f64x2.add": 1346,
    "f64x2.sub": 1349,
    "f64x2.mul": 1352,
    "f64x2.div": 1355,
    "f64x2.min": 1358,
    "f64x2.max": 1361,
    "f64x2.pmin": 1364,
    "f64x2.pmax": 1367,
    "f64x2.madd": 1370,
    "f64x2.nmadd": 1373,
    "f64x2.canonical": 1376,
    "i32x4.trunc_sat_f32x4_s": 1377,
    "i32x4.trunc_sat_f64x2_s_zero": 1379,
    "f32x4.convert_i32x4_s": 1381,
    "f64x2.convert_low_i32x4_s": 1383,
    "i32x4.trunc_sat_f32x4_u": 1385,
    "i32x4.trunc_sat_f64x2_u_zero": 1387,
    "f32x4.convert_i32x4_u": 1389,
    "f64x2.convert_low_i32x4_u": 1391,
    "f32x4.demote_f64x2_zero": 1393,
    "f64x2.promote_low_f32x4": 1395,
    "i16x8.relaxed_dot_i8x16_i7x16_s": 1397,
    "i32x4.relaxed_dot_i8x16_i7x16_add_s": 1400,
    "v128.const": 1403,
    "v128.load": 1404,
    "v128.load8x8_s": 1412,
    "v128.load8x8_u": 1420,
    "v128.load16x4_s": 1428,
    "v128.load16x4_u": 1436,
    "v128.load32x2_s": 1444,
    "v128.load32x2_u": 1452,
    "v128.load8_splat": 1460,
    "v128.load16_splat": 1468,
    "v128.load32_splat": 1476,
    "v128.load64_splat": 1484,
    "v128.load32_zero": 1492,
    "v128.load64_zero": 1500,
    "v128.store": 3430,
    "v128.load8_lane": 1508,
    "v128.store8_lane": 3440,
    "v128.load16_lane": 1509,
    "v128.store16_lane": 3441,
    "v128.load32_lane": 1510,
    "v128.store32_lane": 3442,
    "v128.load64_lane": 1511,
    "v128.store64_lane": 3443,
    "select.v128": 1512,
    "move.v128": 3444,
    "global.get_v128": 1514,
    "global.set_v128_s": 3445,
    "global.set_v128_a": 3446,
  ]
}
